/* Subjects of replies.  Prefixes of forwarded mail stay: they say what the mail was.  Pure; any
 * thread. */
#include "reply/subject.h"

#include "base/text.h"
#include "language/language.h"

#include <string.h>

#define RE         "Re: "
#define PREFIX_MAX 40 /* bytes before a prefix's colon, "Antwort[12]" */

/* Is the folded word one of those between '|'? */
static bool is_listed(const char *list, const char *word, gsize length)
{
    while (*list) {
        gsize size = strcspn(list, "|");

        if (size == length && memcmp(list, word, size) == 0)
            return true;
        list += size + (list[size] == '|');
    }
    return false;
}

/* "re", "aw[2]", "re (3)", "re^2": a prefix and perhaps how often. */
static bool is_prefix(const char *folded)
{
    gsize length = strcspn(folded, " [(^*0123456789");
    const char *behind = folded + length;

    if (length == 0 || behind[strspn(behind, " [](){}^*0123456789")] != '\0')
        return false;
    for (gsize i = 0; i < reply_language_count; i++)
        if (is_listed(reply_languages[i].replies, folded, length))
            return true;
    return false;
}

/* Behind the prefix that the subject begins with; the subject itself if it begins with none. */
static const char *behind_prefix(const char *subject)
{
    gsize head = strcspn(subject, ":");
    const char *wide = strstr(subject, "：");
    const char *behind = subject + head + 1;
    g_autofree char *written = NULL, *folded = NULL;

    if (wide && (gsize)(wide - subject) < head) {
        head = (gsize)(wide - subject);
        behind = wide + strlen("：");
    }
    if (head > PREFIX_MAX || subject[head] == '\0')
        return subject;
    written = g_strndup(subject, head);
    folded = text_fold(written);
    return is_prefix(folded) ? behind + strspn(behind, " ") : subject;
}

static const char *without_prefixes(const char *subject)
{
    const char *bare = behind_prefix(subject);

    while (bare != subject) {
        subject = bare;
        bare = behind_prefix(subject);
    }
    return subject;
}

static bool names(const char *subject, const char *ticket)
{
    g_autofree char *text = text_fold(subject);
    g_autofree char *word = text_fold(ticket);

    return text_has_word(text, word);
}

char *reply_subject(const char *subject, const char *ticket)
{
    g_autofree char *line = text_line(subject, G_MAXSIZE);
    g_autofree char *token = ticket && *ticket ? g_strdup_printf("[%s]", ticket) : g_strdup("");
    const char *bare = without_prefixes(line);
    gsize room = REPLY_SUBJECT_MAX - strlen(RE) - strlen(token) - 1;
    g_autofree char *kept = g_strndup(bare, text_fit(bare, room));
    g_autofree char *whole = NULL;

    if (*token == '\0' || names(kept, ticket))
        whole = g_strconcat(RE, kept, NULL);
    else
        whole = g_strconcat(RE, kept, " ", token, NULL);
    return text_line(whole, REPLY_SUBJECT_MAX);
}
