# One library per folder of src/, one test program beside it.
#
#   cerebro_library(archive DEPS base LIBS LibArchive::LibArchive)
#
# takes every *.cc of the folder; *_test.cc files become the program archive_test, run by CTest.
# DEPS are folders of ours (public: their headers may be included); LIBS are third-party and private.
add_library(cerebro_warnings INTERFACE)
target_compile_options(cerebro_warnings INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wall -Wextra -Wshadow -Wconversion -Werror>)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")  # g++ 12 loses sight of std::optional behind their checks
  target_compile_options(cerebro_warnings INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
endif()

function(cerebro_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;SOURCES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|_main)\\.cc$")
  add_library(cerebro_${name} STATIC ${sources} ${ARG_SOURCES})
  target_include_directories(cerebro_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPS PREPEND cerebro_ OUTPUT_VARIABLE deps)
  target_link_libraries(cerebro_${name} PUBLIC ${deps} PRIVATE ${ARG_LIBS} cerebro_warnings)
  if(CEREBRO_BUILD_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE cerebro_${name} ${ARG_LIBS} cerebro_warnings
                          GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE
      CEREBRO_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CEREBRO_BINARY_DIR="${CMAKE_BINARY_DIR}")
    if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
      # Frames are several times as large, and tests recurse to the limits on the usual stack.
      add_test(NAME ${name}_test
               COMMAND sh -c "ulimit -s 1048576 && exec \"$1\"" sh $<TARGET_FILE:${name}_test>)
    else()
      add_test(NAME ${name}_test COMMAND ${name}_test)
    endif()
  endif()
endfunction()
