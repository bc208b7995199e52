/* Of the static program (CEREBRO_STATIC): where the system has no C.UTF-8 of glibc's, as Alpine, names
 * of archives must be read as UTF-8 all the same. libarchive asks for the character set here, and
 * converts from UTF-8 to UTF-8 itself. */
#include <langinfo.h>

char* __real_nl_langinfo(nl_item item);

char* __wrap_nl_langinfo(nl_item item) {
  static char utf8[] = "UTF-8";
  return item == CODESET ? utf8 : __real_nl_langinfo(item);
}
