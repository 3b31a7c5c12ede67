/* Notices of messages that are kept in a portal, by two signs that agree.
 *
 * The notice is in the language of its sender's account, so words tell nothing: its link does, with
 * the sender's address or the service's own help page in the text; or an encrypted attachment with
 * the link or the class of the mail.  A person who writes about such a link names no sender in
 * brackets, and their mail is read as usual.  Pure; any thread. */
#include "mail/portal.h"

#include <string.h>

#define NOTICE_MAX 6000 /* bytes of text: a notice is short */

/* Both in small letters.  `help` may be NULL. */
static const struct {
    const char *link, *help;
} links[] = {
    { "://confidential-mail.google.com/msg/", "p=confidential-mode" },
    { "://outlook.office365.com/encryption/", NULL },
    { "://outlook.office.com/encryption/", NULL },
    { "://mail.proton.me/eo/", NULL },
    { "://mail.protonmail.com/eo/", NULL },
    { "://secure.virtru.com/", NULL },
};

/* Of attachments: a type, or how a name begins. */
static const struct {
    const char *type, *name;
} files[] = {
    { "application/x-microsoft-rpmsg-message", NULL }, /* Purview, IRM */
    { NULL, "securedoc" },                             /* Cisco: "securedoc_20260512T091511.html" */
};

static bool has_file(const Message *message)
{
    for (guint i = 0; i < message->attachments->len; i++) {
        const Attachment *file = message->attachments->pdata[i];

        for (gsize k = 0; k < G_N_ELEMENTS(files); k++)
            if ((files[k].type && strcmp(file->claimed_type, files[k].type) == 0) ||
                (files[k].name &&
                 g_ascii_strncasecmp(file->name, files[k].name, strlen(files[k].name)) == 0))
                return true;
    }
    return false;
}

static bool names_class(const HeaderView *view)
{
    return view->content_class && g_ascii_strcasecmp(view->content_class, "rpmsg.message") == 0;
}

bool portal_is(const HeaderView *view, const Message *message)
{
    bool file = has_file(message);

    if (file && (names_class(view) || *message->text == '\0'))
        return true;
    if (strlen(message->text) > NOTICE_MAX)
        return false;
    g_autofree char *text = g_ascii_strdown(message->text, -1);
    bool sender = *view->from_address && strstr(text, view->from_address);

    for (gsize i = 0; i < G_N_ELEMENTS(links); i++)
        if (strstr(text, links[i].link) &&
            (file || sender || (links[i].help && strstr(text, links[i].help))))
            return true;
    return file && sender;
}
