/* Takes the content out of an opaque S/MIME signature by libcrypto's CMS.
 *
 * Anyone can write such a wrapper, so what is inside is read as an unsigned mail's would be: it
 * proves nothing, and header fields in it are those of a part.  Pure; any thread. */
#include "mail/smime.h"

#include "mail/part.h"

#include <openssl/cms.h>
#include <openssl/err.h>

/* Bytes of a wrapper that are looked at. */
#define WRAPPER_MAX (32 * 1024 * 1024)

static CMS_ContentInfo *parsed(const guint8 *bytes, gsize length)
{
    BIO *bio = length <= WRAPPER_MAX ? BIO_new_mem_buf(bytes, (int)length) : NULL;
    CMS_ContentInfo *cms = bio ? d2i_CMS_bio(bio, NULL) : NULL;

    BIO_free(bio);
    return cms;
}

static bool holds_data(CMS_ContentInfo *cms)
{
    return OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed &&
           OBJ_obj2nid(CMS_get0_eContentType(cms)) == NID_pkcs7_data;
}

GByteArray *smime_content(const guint8 *bytes, gsize length)
{
    CMS_ContentInfo *cms = parsed(bytes, length);
    ASN1_OCTET_STRING **content = cms && holds_data(cms) ? CMS_get0_content(cms) : NULL;
    GByteArray *inside = NULL;

    if (content && *content && ASN1_STRING_length(*content) > 0) {
        inside = g_byte_array_new();
        g_byte_array_append(inside, ASN1_STRING_get0_data(*content),
                            (guint)ASN1_STRING_length(*content));
    }
    CMS_ContentInfo_free(cms);
    ERR_clear_error();
    return inside;
}

GMimeObject *smime_open(GMimePart *part, const MailLimits *limits, GuardReport *report)
{
    g_autoptr(GByteArray) wrapper = part_bytes(part, WRAPPER_MAX + 1);
    g_autoptr(GByteArray) inside = smime_content(wrapper->data, wrapper->len);
    g_autoptr(GMimeStream) stream = NULL;
    g_autoptr(GMimeParser) parser = NULL;

    if (!inside)
        return NULL;
    *report = guard_apply(inside, limits);
    stream = g_mime_stream_mem_new_with_buffer((const char *)inside->data, inside->len);
    parser = g_mime_parser_new_with_stream(stream);
    return g_mime_parser_construct_part(parser, NULL);
}
