/* Cerebro for C, and for languages that bind to C.
 *
 *   cerebro_model* model = cerebro_model_load("models/cerebro", error, sizeof error);
 *   cerebro_report* report = cerebro_scan(model, "left-pad-1.3.0.tgz");
 *   puts(cerebro_report_text(report, "json"));
 *   cerebro_report_free(report);
 *   cerebro_model_free(model);
 *
 * Handles are opaque. No function throws, prints or exits. A model may be used by several threads
 * at a time, a report by one. All functions take NULL handles and do nothing useful then. Texts are
 * UTF-8 and end in NUL. */
#ifndef CEREBRO_H
#define CEREBRO_H

#include <stddef.h>

#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

/* Of this header. It grows when something is added; what is there keeps its meaning. */
#define CEREBRO_API_VERSION 1
int cerebro_api_version(void);     /* of the library */
const char* cerebro_version(void); /* "0.1.0" */

typedef struct cerebro_model cerebro_model;
typedef struct cerebro_report cerebro_report;

typedef enum cerebro_verdict {
  CEREBRO_MALICIOUS = 0,
  CEREBRO_SUSPICIOUS = 1,
  CEREBRO_CLEAN = 2,
  CEREBRO_INCOMPLETE = 3 /* below the thresholds, but not all was read; of a NULL report, too */
} cerebro_verdict;

/* NULL on failure; then `error`, if not NULL, holds the reason, cut to `error_size`. */
cerebro_model* cerebro_model_load(const char* directory, char* error, size_t error_size);
void cerebro_model_free(cerebro_model* model);

/* An archive, a directory or a source file. What cannot be read is a report too, with the verdict
 * incomplete. NULL only when an argument is NULL or memory is out. */
cerebro_report* cerebro_scan(const cerebro_model* model, const char* target);
void cerebro_report_free(cerebro_report* report);

cerebro_verdict cerebro_report_verdict(const cerebro_report* report);
double cerebro_report_score(const cerebro_report* report); /* 0 to 1; -1 of NULL */

/* "json", "sarif", "html", ... as of `cerebro scan --format`. Belongs to the report, until the next
 * call for it. NULL when the format is unknown. */
const char* cerebro_report_text(cerebro_report* report, const char* format);

#ifdef __cplusplus
}
#endif
#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#endif /* CEREBRO_H */
