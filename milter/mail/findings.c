/* Findings are kept short: at most SUSPICIOUS_MAX, no finding twice. */
#include "mail/findings.h"

#include "base/text.h"

#include <string.h>

#define FINDING_MAX 200

void finding_suspicious(Message *message, const char *format, ...)
{
    g_autofree char *raw = NULL;
    g_autofree char *line = NULL;
    va_list values;

    va_start(values, format);
    raw = g_strdup_vprintf(format, values);
    va_end(values);
    line = text_line(raw, FINDING_MAX);
    if (message->suspicious->len < SUSPICIOUS_MAX &&
        !g_ptr_array_find_with_equal_func(message->suspicious, line, g_str_equal, NULL))
        g_ptr_array_add(message->suspicious, g_steal_pointer(&line));
}

void finding_truncated(Message *message, const char *what)
{
    char *before = message->truncated;

    if (strstr(before, what))
        return;
    message->truncated = before[0] == '\0' ? g_strdup(what) : g_strconcat(before, "; ", what, NULL);
    g_free(before);
}
