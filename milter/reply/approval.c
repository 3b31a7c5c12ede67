/* The digest of an approval.  Every value is preceded by its length and every list by its count, so
 * that nothing can move from one value into the next and leave the digest as it was.  Pure; any
 * thread. */
#include "reply/approval.h"

#include "base/digest.h"

#include <string.h>

/* Changes with what is digested: an approval of old says nothing about a new meaning. */
#define FORM "approval 2"

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

static void add_person(Digest *digest, const MailAddress *person)
{
    add_text(digest, person->address);
    add_text(digest, person->name);
}

static void add_people(Digest *digest, const GPtrArray *people)
{
    guint count = people != NULL ? people->len : 0;

    add_number(digest, count);
    for (guint i = 0; i < count; i++)
        add_person(digest, people->pdata[i]);
}

/* Whether a mail is answered counts too: it may have no Message-ID. */
static void add_thread(Digest *digest, const Reply *reply)
{
    const GPtrArray *ids = reply->references;

    add_number(digest, reply->in_reply_to != NULL);
    add_text(digest, reply->in_reply_to != NULL ? reply->in_reply_to : "");
    add_number(digest, ids != NULL ? ids->len : 0);
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        add_text(digest, ids->pdata[i]);
}

static void add_headers(Digest *digest, const Reply *reply)
{
    add_number(digest, reply->automatic);
    for (const ReplyHeader *header = reply->headers; header && header->name; header++) {
        add_text(digest, header->name);
        add_text(digest, header->value);
    }
}

char *approval_digest(const Reply *reply, gint64 thread)
{
    Digest *digest = digest_new();
    g_autofree char *body = reply_body(reply);

    add_text(digest, FORM);
    add_person(digest, reply->from);
    add_people(digest, reply->to);
    add_people(digest, reply->cc);
    add_text(digest, reply->subject);
    add_thread(digest, reply);
    add_text(digest, body);
    add_headers(digest, reply);
    add_number(digest, thread);
    return digest_end(digest);
}
