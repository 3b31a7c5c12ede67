/* The digest of an approval.  Every value is preceded by its length and every list by its count, so
 * that nothing can move from one value into the next and leave the digest as it was.  Pure; any
 * thread. */
#include "reply/approval.h"

#include "base/digest.h"

#include <string.h>

/* Changes with what is digested: an approval of old says nothing about a new meaning. */
#define FORM "approval 1"

static void add_number(Digest *digest, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ";", number);

    digest_add(digest, text, strlen(text));
}

static void add_text(Digest *digest, const char *text)
{
    gsize length = strlen(text);

    add_number(digest, (gint64)length);
    digest_add(digest, text, length);
}

static void add_people(Digest *digest, const GPtrArray *people)
{
    add_number(digest, people->len);
    for (guint i = 0; i < people->len; i++) {
        const MailAddress *person = people->pdata[i];

        add_text(digest, person->address);
        add_text(digest, person->name);
    }
}

static void add_attachments(Digest *digest, const GPtrArray *attachments)
{
    guint count = attachments ? attachments->len : 0;

    add_number(digest, count);
    for (guint i = 0; i < count; i++) {
        const Attachment *attachment = attachments->pdata[i];

        add_text(digest, attachment->name);
        add_text(digest, attachment->sha256);
    }
}

char *approval_digest(const Approval *approval)
{
    Digest *digest = digest_new();

    add_text(digest, FORM);
    add_text(digest, approval->text);
    add_text(digest, approval->subject);
    add_people(digest, approval->to);
    add_people(digest, approval->cc);
    add_number(digest, approval->thread);
    add_attachments(digest, approval->attachments);
    return digest_end(digest);
}
