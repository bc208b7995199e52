/* Scans its arguments: scan MODEL FORMAT TARGET...
 *
 * Exit code 0 when nothing is malicious, 1 when something is, 2 on wrong use. */
#include <cerebro.h>
#include <stdio.h>

int main(int argc, char** argv) {
  char error[256];
  cerebro_model* model;
  int found = 0, i;
  if (argc < 4 || cerebro_api_version() < CEREBRO_API_VERSION) {
    fprintf(stderr, "usage: scan MODEL FORMAT TARGET...\n");
    return 2;
  }
  model = cerebro_model_load(argv[1], error, sizeof error);
  if (model == NULL) {
    fprintf(stderr, "scan: %s\n", error);
    return 2;
  }
  for (i = 3; i < argc; ++i) {
    cerebro_report* report = cerebro_scan(model, argv[i]);
    const char* text = cerebro_report_text(report, argv[2]);
    fputs(text != NULL ? text : "no such format\n", stdout);
    if (cerebro_report_verdict(report) == CEREBRO_MALICIOUS) found = 1;
    cerebro_report_free(report);
  }
  cerebro_model_free(model);
  return found;
}
