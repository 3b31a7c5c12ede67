/* S/MIME (RFC 8551) and PGP/MIME (RFC 3156) by their types, also where a gateway has taken the
 * multipart around them apart.  Nothing is checked or decrypted.  Pure; any thread. */
#include "mail/protect.h"

#include "mail/part.h"

#include <string.h>

typedef struct {
    const char *type;
    const char *protocol; /* what its parameter begins with, NULL: any */
    Protection protection;
    bool encrypted;
} ProtectedType;

static const ProtectedType rows[] = {
    { "multipart/encrypted", "application/pgp-", PROTECTED_PGP, true },
    { "multipart/encrypted", "application/pkcs7-", PROTECTED_SMIME, true },
    { "multipart/encrypted", NULL, PROTECTED_PGP, true },
    { "multipart/signed", "application/pgp-", PROTECTED_PGP, false },
    { "multipart/signed", "application/pkcs7-", PROTECTED_SMIME, false },
    { "multipart/signed", "application/x-pkcs7-", PROTECTED_SMIME, false },
    { "application/pgp-encrypted", NULL, PROTECTED_PGP, true },
    { "application/pgp-signature", NULL, PROTECTED_PGP, false },
    { "application/pgp", NULL, PROTECTED_PGP, true },
    { "application/pkcs7-mime", NULL, PROTECTED_SMIME, true },
    { "application/x-pkcs7-mime", NULL, PROTECTED_SMIME, true },
    { "application/pkcs7-signature", NULL, PROTECTED_SMIME, false },
    { "application/x-pkcs7-signature", NULL, PROTECTED_SMIME, false },
};

/* A wrapped message whose type got lost. */
static bool is_wrapped(GMimeObject *part, const char *type)
{
    g_autofree char *name = NULL;

    if (strcmp(type, "application/octet-stream") != 0)
        return false;
    name = part_name(part, NULL);
    return g_ascii_strcasecmp(name, "smime.p7m") == 0;
}

static bool fits(const ProtectedType *row, const char *type, const char *protocol)
{
    return strcmp(row->type, type) == 0 &&
           (!row->protocol ||
            g_ascii_strncasecmp(protocol, row->protocol, strlen(row->protocol)) == 0);
}

bool protect_is_wrapper(GMimeObject *part)
{
    g_autofree char *type = part_type(part);

    return GMIME_IS_PART(part) &&
           (strcmp(type, "application/pkcs7-mime") == 0 ||
            strcmp(type, "application/x-pkcs7-mime") == 0 || is_wrapped(part, type));
}

void protect_note(GMimeObject *part, bool first, Message *message)
{
    g_autofree char *type = part_type(part);
    g_autofree char *protocol = part_param(part, "protocol");

    if (is_wrapped(part, type)) {
        g_free(type);
        type = g_strdup("application/pkcs7-mime");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!fits(&rows[i], type, protocol ? protocol : ""))
            continue;
        if (message->protection == PROTECTED_NONE)
            message->protection = rows[i].protection;
        message->encrypted |= rows[i].encrypted && first;
        return;
    }
}
