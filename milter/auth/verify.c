/* From cheap to dear: what the field itself says, its time, the key's record, the body's hash, and
 * the signature last.  Pure; any thread. */
#include "auth/verify.h"

/* Up to the key. */
static DkimReason open_key(const Signature *signature, const DkimAnswer *answer, gint64 now,
                           Key *key)
{
    DkimReason reason = signature->reason;

    *key = (Key){ signature->algorithm, NULL, false, 0 };
    if (reason == DKIM_REASON_VALID)
        reason = signature_judge_time(signature, now);
    if (reason == DKIM_REASON_VALID)
        reason = key_read(key, answer, signature->algorithm);
    return reason;
}

/* The digest is freed. */
static DkimReason verify_digest(const Signature *signature, const DkimField *fields, Digest *digest,
                                const Key *key)
{
    header_add_own(&fields[signature->field], signature->cut_from, signature->cut_to,
                   signature->relaxed_header, digest);
    return key_verifies(key, digest, signature->bytes) ? DKIM_REASON_VALID : DKIM_REASON_SIGNATURE;
}

DkimReason verify_message(const Signature *signature, const Header *header, const DkimField *fields,
                          const DkimBody *body, const DkimAnswer *answer, gint64 now,
                          guint *key_bits)
{
    Key key;
    DkimReason reason = open_key(signature, answer, now, &key);

    if (reason == DKIM_REASON_VALID && key.strict && !signature_is_of_domain(signature))
        reason = DKIM_REASON_KEY_SUBDOMAIN;
    if (reason == DKIM_REASON_VALID &&
        !dkim_body_matches(body, signature->relaxed_body, signature->body_hash))
        reason = DKIM_REASON_BODY_HASH;
    if (reason == DKIM_REASON_VALID) {
        Digest *digest = digest_new();

        header_add_selected(header, signature->names, signature->field, signature->relaxed_header,
                            digest);
        reason = verify_digest(signature, fields, digest, &key);
    }
    *key_bits = key.bits;
    key_clear(&key);
    return reason;
}

DkimReason verify_seal(const Signature *seal, const DkimField *fields, const Digest *before,
                       const DkimAnswer *answer, gint64 now)
{
    Key key;
    DkimReason reason = open_key(seal, answer, now, &key);

    if (reason == DKIM_REASON_VALID)
        reason = verify_digest(seal, fields, digest_copy(before), &key);
    key_clear(&key);
    return reason;
}
