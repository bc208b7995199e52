# The tree-sitter core and the grammars, compiled from the npm packages that
# third_party/grammars/package-lock.json pins (npm ci --ignore-scripts; tools/setup.sh runs it).
set(grammars ${CMAKE_SOURCE_DIR}/third_party/grammars/node_modules)
if(NOT EXISTS ${grammars}/tree-sitter/vendor/tree-sitter/lib/src/lib.c)
  message(FATAL_ERROR "The grammars are not installed: run tools/setup.sh, "
                      "or (cd third_party/grammars && npm ci --ignore-scripts)")
endif()
add_library(tree_sitter STATIC
  ${grammars}/tree-sitter/vendor/tree-sitter/lib/src/lib.c
  ${grammars}/tree-sitter-javascript/src/parser.c ${grammars}/tree-sitter-javascript/src/scanner.c
  ${grammars}/tree-sitter-python/src/parser.c ${grammars}/tree-sitter-python/src/scanner.c
  ${grammars}/tree-sitter-bash/src/parser.c ${grammars}/tree-sitter-bash/src/scanner.c
  ${grammars}/tree-sitter-typescript/typescript/src/parser.c
  ${grammars}/tree-sitter-typescript/typescript/src/scanner.c
  ${grammars}/tree-sitter-typescript/tsx/src/parser.c
  ${grammars}/tree-sitter-typescript/tsx/src/scanner.c)
set(tree_sitter_lib ${grammars}/tree-sitter/vendor/tree-sitter/lib)
target_include_directories(tree_sitter SYSTEM PUBLIC ${tree_sitter_lib}/include)
# common/scanner.h of the TypeScript grammars finds tree_sitter/parser.h only through the path.
target_include_directories(tree_sitter PRIVATE ${tree_sitter_lib}/src
                           ${grammars}/tree-sitter-typescript/typescript/src)
target_compile_options(tree_sitter PRIVATE -w)
set_target_properties(tree_sitter PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
