/* Log lines: `event key=value key="two words"`.
 *
 * A line is put together in memory and written with one call, so lines of different threads don't
 * mix. Values are bounded and escaped here, once, because they may stem from mail. */
#include "base/log.h"

#include "base/text.h"
#include "base/unseen.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

struct LogLine {
    GString *text;
};

/* Set once by log_open(), before there are threads. */
static struct {
    bool syslog;
    LogLevel level;
} target = { false, LOG_LEVEL_INFO };

void log_open(const char *program, bool syslog, LogLevel level)
{
    target.syslog = syslog;
    target.level = level;
    if (syslog)
        openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

LogLine *log_line_new(const char *event)
{
    LogLine *line = g_new(LogLine, 1);
    line->text = g_string_new(event);
    return line;
}

void log_line_free(LogLine *line)
{
    if (line == NULL)
        return;
    g_string_free(line->text, TRUE);
    g_free(line);
}

static bool is_plain(const char *value)
{
    for (; *value != '\0'; value++) {
        if (!g_ascii_isgraph(*value) || strchr("\"\\=", *value) != NULL)
            return false;
    }
    return true;
}

/* C1 controls are commands to a terminal too, a line separator is a new line to some, and what
 * changes the order of the text or can't be seen would make the line say something else. */
static void append_quoted(GString *out, const char *value)
{
    Unseen unseen = { 0 };
    g_string_append_c(out, '"');
    for (; *value != '\0'; value = g_utf8_next_char(value)) {
        gunichar c = g_utf8_get_char(value);
        if (c == '"' || c == '\\')
            g_string_append_c(out, '\\');
        if (c < 0x80 && g_unichar_iscntrl(c))
            g_string_append_printf(out, "\\x%02x", c);
        else if (unseen_drops(&unseen, c) || g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029)
            g_string_append_printf(out, c > 0xFFFF ? "\\U%08x" : "\\u%04x", c);
        else
            g_string_append_unichar(out, c);
    }
    g_string_append_c(out, '"');
}

void log_text(LogLine *line, const char *key, const char *value)
{
    if (value == NULL)
        return;
    g_autofree char *clean = text_clean(value, -1, LOG_VALUE_MAX, NULL);
    g_string_append_printf(line->text, " %s=", key);
    if (clean[0] != '\0' && is_plain(clean))
        g_string_append(line->text, clean);
    else
        append_quoted(line->text, clean);
}

void log_number(LogLine *line, const char *key, gint64 value)
{
    g_string_append_printf(line->text, " %s=%" G_GINT64_FORMAT, key, value);
}

char *log_line_text(const LogLine *line)
{
    return g_strdup(line->text->str);
}

void log_write(LogLevel level, const LogLine *line)
{
    static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
    if (level > target.level)
        return;
    if (target.syslog) {
        syslog(priorities[level], "%s", line->text->str);
        return;
    }
    g_autofree char *whole = g_strconcat(line->text->str, "\n", NULL);
    ssize_t written = write(STDERR_FILENO, whole, strlen(whole));
    (void)written; /* nowhere left to say it */
}

void log_note(LogLevel level, const char *event, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *why = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(LogLine) line = log_line_new(event);
    log_text(line, "why", why);
    log_write(level, line);
}

void log_error(LogLevel level, const char *event, const GError *error)
{
    log_note(level, event, "%s", error->message);
}
