/* Structured log lines: `event key=value key="two words"`.  One line per message, no mail text, no
 * subject.
 *
 *   g_autoptr(LogLine) line = log_line_new("decided");
 *   log_text(line, "mailbox", name);  log_number(line, "ms", ms);
 *   log_write(LOG_LEVEL_INFO, line);
 *
 * Any thread may write; lines don't mix. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } LogLevel;
typedef struct LogLine LogLine;

/* Longest value that is written, in bytes; the rest is cut. */
#define LOG_VALUE_MAX 256

/* Once, at start: to syslog (facility mail) or to stderr, up to and including `level`. */
void log_open(const char *program, bool syslog, LogLevel level);

LogLine *log_line_new(const char *event);
void log_line_free(LogLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LogLine, log_line_free)

/* `value` NULL: left out; control characters are escaped. */
void log_text(LogLine *line, const char *key, const char *value);
void log_number(LogLine *line, const char *key, gint64 value);
void log_write(LogLevel level, const LogLine *line);
/* What would be written.  Caller frees. */
char *log_line_text(const LogLine *line);

/* A line with one key, `why`. */
void log_note(LogLevel level, const char *event, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* "event why=<error's message>" */
void log_error(LogLevel level, const char *event, const GError *error);
