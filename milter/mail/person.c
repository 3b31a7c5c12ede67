/* The person behind a mail: web forms and notifiers send from an address that nobody reads, with
 * the one who wants something in Reply-To.  Mail that was passed on is recognised, its first author
 * is not looked for.  Pure; any thread. */
#include "mail/person.h"

#include <string.h>

/* Local parts, '-', '_' and '.' taken out, that begin so. */
static const char *const machines[] = {
    "noreply",      "donotreply",    "nereply",   "nepasrepondre", "keineantwort", "noresponder",
    "wordpress",    "webform",       "webmaster", "contactform",   "formular",     "forms",
    "notification", "notifications", "mailer",    "www-data"
};

static const char *const forward_prefixes[] = { "fwd:", "fw:", "wg:",     "tr:", "i:",
                                                "rv:",  "vs:", "doorst:", "enc:" };

/* The first words of a line above a mail that was passed on, dashes taken off. */
static const char *const forward_lines[] = {
    "Forwarded message",          "Forwarded Message",           "Begin forwarded message:",
    "Weitergeleitete Nachricht",  "Anfang der weitergeleiteten", "Message transféré",
    "Début du message transféré", "Mensaje reenviado",           "Messaggio inoltrato",
    "Inizio messaggio inoltrato", "Doorgestuurd bericht",
};

static bool is_machine(const char *address)
{
    g_autoptr(GString) local = g_string_new(NULL);

    for (const char *at = address; *at && *at != '@'; at++)
        if (!strchr("-_.", *at))
            g_string_append_c(local, *at);
    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
        if (g_str_has_prefix(local->str, machines[i]))
            return true;
    return false;
}

void person_find(Message *message)
{
    const MailAddress *reply_to = message->reply_to;
    bool by_reply_to = reply_to && is_machine(message->from->address) &&
                       !is_machine(reply_to->address) &&
                       strcmp(reply_to->address, message->from->address) != 0;
    const MailAddress *person = by_reply_to ? reply_to : message->from;

    message->person = address_new(person->address, person->name);
    message->person_source = by_reply_to ? PERSON_REPLY_TO : PERSON_FROM;
}

static bool subject_forwards(const char *subject)
{
    for (gsize i = 0; i < G_N_ELEMENTS(forward_prefixes); i++)
        if (g_ascii_strncasecmp(subject, forward_prefixes[i], strlen(forward_prefixes[i])) == 0)
            return true;
    return false;
}

static bool line_forwards(const char *line)
{
    line += strspn(line, "- ");
    for (gsize i = 0; i < G_N_ELEMENTS(forward_lines); i++)
        if (g_str_has_prefix(line, forward_lines[i]))
            return true;
    return false;
}

static bool text_forwards(const char *text)
{
    for (const char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        if (line_forwards(line))
            return true;
    return false;
}

bool person_forwards(const Message *message)
{
    if (message->in_reply_to[0] != '\0')
        return false;
    return subject_forwards(message->subject) || text_forwards(message->text);
}

bool message_person_is_proven(const Message *message)
{
    return message->authentication.proven &&
           strcmp(message->person->address, message->from->address) == 0;
}
