/* Plain bounces by two signs that agree, and what reports say in one line.
 *
 * Servers older than RFC 3464, and many younger, tell in words of their own that a mail came back;
 * the words are rows of automatic_words.c.  One sign alone is a person's who writes about it. Pure;
 * any thread. */
#include "mail/bounce.h"

#include "base/text.h"
#include "mail/automatic_words.h"
#include "mail/word_list.h"

#include <string.h>

#define LINES_WITHIN 5 /* in which a server has come to the point */
#define WORDS_MAX    300

static const char server_locals[] =
    "postmaster|post_master|mailer|mdaemon|mailadmin|bounce|bounces";

static bool begins_as_bounce(const char *text, int lines)
{
    for (int i = 0; i < lines && *text; i++) {
        text += strspn(text, " \t\n\r>*-=#|");
        gsize length = strcspn(text, "\n");
        g_autofree char *raw = g_strndup(text, text_fit(text, MIN(length, WORDS_MAX)));
        g_autofree char *line = words_fold(raw, WORDS_MAX);

        if (words_bounce_line(line))
            return true;
        text += length;
    }
    return false;
}

static bool is_servers(const HeaderView *view, const Message *message)
{
    g_autofree char *name = words_fold(message->from->name, WORDS_MAX);

    return words_bounce_name(name) ||
           word_list_has(server_locals, view->from_address, strcspn(view->from_address, "@")) ||
           g_str_has_prefix(view->from_address, "microsoftexchange329e71ec88ae4615");
}

bool bounce_is_likely(const HeaderView *view, const Message *message)
{
    g_autofree char *subject = words_fold(message->subject, WORDS_MAX);
    bool server = is_servers(view, message), named = words_bounce_subject(subject);

    if (!server && !named && !view->delivery_status)
        return false;
    if (server + named + view->delivery_status >= 2)
        return true;
    bool machine = server || view->delivery_status || words_no_reply(view->from_address);
    return begins_as_bounce(message->text, machine ? LINES_WITHIN : 1);
}

static char *told(const Delivery *delivery)
{
    return g_strconcat(delivery->action, *delivery->status ? " " : "", delivery->status,
                       *delivery->address ? " for " : "", delivery->address, NULL);
}

char *bounce_worst(const GPtrArray *deliveries)
{
    static const char *const worst[] = { "failed", "delayed", "expanded", "relayed", "delivered" };

    for (gsize i = 0; i < G_N_ELEMENTS(worst); i++)
        for (guint k = 0; deliveries && k < deliveries->len; k++) {
            const Delivery *delivery = g_ptr_array_index(deliveries, k);

            if (strcmp(delivery->action, worst[i]) == 0)
                return told(delivery);
        }
    return NULL;
}

/* The worst that is told of any recipient; a server that tells nothing in fields returns a mail
 * because it failed. */
MessageReport message_report(const Message *message, char **why)
{
    static const struct {
        const char *action;
        MessageReport report;
    } rows[] = {
        { "delayed", REPORT_DELAYED },
        { "expanded", REPORT_DELIVERED },
        { "relayed", REPORT_DELIVERED },
        { "delivered", REPORT_DELIVERED },
    };
    if (message->automatic.kind != AUTOMATIC_BOUNCE) {
        *why = g_strdup("");
        return REPORT_NONE;
    }
    *why = bounce_worst(message->deliveries);
    if (!*why)
        *why = g_strdup("a mail server returned it");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_has_prefix(*why, rows[i].action))
            return rows[i].report;
    return REPORT_FAILED;
}
