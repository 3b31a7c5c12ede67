/* The SMTP dialogue's words about one message, as values.  The identifier is random because our
 * name for a message must exist before the MTA's does, and must not be guessed from another. */
#include "mail/envelope.h"

#include "base/text.h"
#include "mail/address.h"

#include <string.h>
#include <sys/random.h>

#define ID_LENGTH 16
#define VALUE_MAX 512

static char *fresh_id(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    guint8 random[ID_LENGTH];
    GString *id = g_string_sized_new(ID_LENGTH);

    /* So few bytes come whole and without waiting once the system is up. */
    g_assert(getrandom(random, sizeof random, 0) == (gssize)sizeof random);
    for (gsize i = 0; i < sizeof random; i++)
        g_string_append_c(id, digits[random[i] % strlen(digits)]);
    return g_string_free(id, FALSE);
}

Envelope *envelope_new(void)
{
    Envelope *envelope = g_new0(Envelope, 1);

    envelope->id = fresh_id();
    envelope->queue_id = g_strdup("");
    envelope->sender = g_strdup("");
    envelope->path = g_strdup("");
    envelope->recipients = g_ptr_array_new_with_free_func(g_free);
    envelope->client_address = g_strdup("");
    envelope->client_name = g_strdup("");
    envelope->helo = g_strdup("");
    envelope->authenticated = g_strdup("");
    return envelope;
}

void envelope_free(Envelope *envelope)
{
    if (!envelope)
        return;
    g_free(envelope->id);
    g_free(envelope->queue_id);
    g_free(envelope->sender);
    g_free(envelope->path);
    g_ptr_array_unref(envelope->recipients);
    g_free(envelope->client_address);
    g_free(envelope->client_name);
    g_free(envelope->helo);
    g_free(envelope->authenticated);
    g_free(envelope);
}

void envelope_set(char **member, const char *value)
{
    g_free(*member);
    *member = text_line(value ? value : "", VALUE_MAX);
}

void envelope_add_recipient(Envelope *envelope, const char *address)
{
    g_autofree char *folded = address_fold(address);

    if (g_ptr_array_find_with_equal_func(envelope->recipients, folded, g_str_equal, NULL))
        return;
    if (folded[0] == '\0' || envelope->recipients->len >= ENVELOPE_RECIPIENTS_MAX)
        envelope->others = true;
    else
        g_ptr_array_add(envelope->recipients, g_steal_pointer(&folded));
}
