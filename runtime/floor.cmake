# hone_floor(name [SOURCES ...] [DEPS floors...] [LINKS targets...] [HEADERS_ONLY])
# One static library hone_<name> per floor. Includes are written from runtime/ ("base/json.h").
set(HONE_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)

function(hone_floor name)
  cmake_parse_arguments(ARG "HEADERS_ONLY" "" "SOURCES;DEPS;LINKS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND hone_)
  if(ARG_HEADERS_ONLY)
    add_library(hone_${name} INTERFACE)
    target_include_directories(hone_${name} INTERFACE "${CMAKE_SOURCE_DIR}/runtime")
    target_link_libraries(hone_${name} INTERFACE ${ARG_DEPS} ${ARG_LINKS})
    return()
  endif()
  add_library(hone_${name} STATIC ${ARG_SOURCES})
  target_compile_options(hone_${name} PRIVATE ${HONE_WARNINGS} -ffp-contract=off)
  target_include_directories(hone_${name} PUBLIC "${CMAKE_SOURCE_DIR}/runtime")
  target_link_libraries(hone_${name} PUBLIC ${ARG_DEPS} ${ARG_LINKS})
endfunction()

# hone_test(name SOURCES ... [DEPS floors...] [LINKS ...]): one Boost.Test program, one CTest entry.
function(hone_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINKS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND hone_)
  add_executable(${name} ${ARG_SOURCES} "${CMAKE_SOURCE_DIR}/tests/support/boost_main.cc")
  # The floors under test are optimized; the tests themselves need not be, and compile in half the time.
  target_compile_options(${name} PRIVATE ${HONE_WARNINGS} -O0)
  target_compile_definitions(${name} PRIVATE BOOST_TEST_DYN_LINK
                             HONE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             HONE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/runtime" "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} ${ARG_LINKS} Boost::unit_test_framework)
  add_test(NAME ${name} COMMAND ${name} --color_output=no)
  set_tests_properties(${name} PROPERTIES LABELS unit)
endfunction()
