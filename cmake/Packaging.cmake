# `make install`, and a .deb by `cpack` (docs/install.md). What is installed does not need the source.
include(GNUInstallDirs)

# The manual page and the completions come from the program's own table of options.
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${generated}/cerebro.1 ${generated}/cerebro ${generated}/_cerebro ${generated}/cerebro.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}
  COMMAND $<TARGET_FILE:cerebro> man > ${generated}/cerebro.1
  COMMAND $<TARGET_FILE:cerebro> completions bash > ${generated}/cerebro
  COMMAND $<TARGET_FILE:cerebro> completions zsh > ${generated}/_cerebro
  COMMAND $<TARGET_FILE:cerebro> completions fish > ${generated}/cerebro.fish
  DEPENDS cerebro VERBATIM)
add_custom_target(generated_documents ALL DEPENDS ${generated}/cerebro.1)

install(TARGETS cerebro COMPONENT program)
install(DIRECTORY models/cerebro DESTINATION ${CMAKE_INSTALL_DATADIR}/cerebro/models COMPONENT program)
install(FILES ${generated}/cerebro.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${generated}/cerebro DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${generated}/_cerebro DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
install(FILES ${generated}/cerebro.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT program)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cerebro)
set(CPACK_PACKAGE_CONTACT "Cerebro <cerebro@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "says whether an npm or PyPI package is malicious, and why")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program)
if(CEREBRO_SHARED)
  list(APPEND CPACK_COMPONENTS_ALL library)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME cerebro)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libcerebro-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libcurl is opened when it is needed (registry/curl_transport.cc), so nothing sees that it is.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "ca-certificates, libcurl4")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS cerebro)  # has the model
include(CPack)
