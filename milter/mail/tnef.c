/* Outlook's own wrapping of attachments ([MS-OXTNEF]): a flat list of attributes, each with its
 * level, id, length and checksum.  Those of an attachment begin with its rendering data; of them
 * the name and where its bytes stand are taken, of its properties the long file name.  Nothing is
 * copied, unpacked or followed; a length that leads outside ends the reading.  Linear.  Pure; any
 * thread. */
#include "mail/tnef.h"

#include "mail/charset.h"

#include <stdbool.h>
#include <string.h>

#define SIGNATURE        0x223E9F78u
#define LEVEL_ATTACHMENT 2
#define REND_DATA        0x00069002u
#define TITLE            0x00018010u
#define DATA             0x0006800Fu
#define PROPERTIES       0x00069005u

#define PROPERTIES_MAX 200
#define VALUES_MAX     100

/* Ids of MAPI properties. */
#define LONG_FILE_NAME 0x3707u

typedef struct {
    const guint8 *at;
    gsize left;
    bool broken;
} Bytes;

static const guint8 *take(Bytes *in, gsize size)
{
    const guint8 *at = in->at;

    if (in->broken || size > in->left) {
        in->broken = true;
        return NULL;
    }
    in->at += size;
    in->left -= size;
    return at;
}

static guint32 number(Bytes *in, gsize size)
{
    const guint8 *at = take(in, size);
    guint32 value = 0;

    for (gsize i = 0; at && i < size; i++)
        value |= (guint32)at[i] << (8 * i);
    return value;
}

static char *text(const guint8 *bytes, gsize length, const char *charset)
{
    bool cut;

    return charset_decode((const char *)bytes, length, charset, G_MAXSIZE, &cut);
}

static void keep_name(GArray *files, char *name, bool better)
{
    TnefFile *file = files->len > 0 ? &g_array_index(files, TnefFile, files->len - 1) : NULL;

    if (!file || name[0] == '\0' || (file->name[0] != '\0' && !better)) {
        g_free(name);
        return;
    }
    g_free(file->name);
    file->name = name;
}

/* How many bytes a value of a MAPI type has; 0: as many as are said before it. */
static gsize size_of_type(guint32 type)
{
    static const struct {
        guint32 type;
        gsize size;
    } rows[] = {
        { 0x0001, 4 }, { 0x0002, 4 }, { 0x0003, 4 }, { 0x0004, 4 }, { 0x0005, 8 }, { 0x0006, 8 },
        { 0x0007, 8 }, { 0x000A, 4 }, { 0x000B, 4 }, { 0x0014, 8 }, { 0x0040, 8 }, { 0x0048, 16 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].type == (type & 0x0FFF))
            return rows[i].size;
    return 0;
}

/* The name of a named property: a GUID, then a number or a text. */
static void skip_property_name(Bytes *in)
{
    take(in, 16);
    if (number(in, 4) == 0) {
        take(in, 4);
    } else {
        gsize length = number(in, 4);

        take(in, (length + 3) / 4 * 4);
    }
}

static void read_property(Bytes *in, GArray *files)
{
    guint32 type = number(in, 2);
    guint32 id = number(in, 2);
    gsize fixed = size_of_type(type);
    guint32 values = 1;

    if (id >= 0x8000)
        skip_property_name(in);
    if (fixed == 0 || (type & 0x1000) != 0)
        values = number(in, 4);
    if (values > VALUES_MAX)
        in->broken = true;
    for (guint32 i = 0; i < values && !in->broken; i++) {
        gsize length = fixed > 0 ? fixed : number(in, 4);
        const guint8 *value = take(in, (length + 3) / 4 * 4);

        if (value && id == LONG_FILE_NAME)
            keep_name(files, text(value, length, type == 0x001F ? "UTF-16LE" : NULL), true);
    }
}

static void read_properties(const guint8 *bytes, gsize length, GArray *files)
{
    Bytes in = { bytes, length, false };
    guint32 count = number(&in, 4);

    for (guint32 i = 0; i < MIN(count, PROPERTIES_MAX) && !in.broken; i++)
        read_property(&in, files);
}

static void read_attribute(guint32 id, const guint8 *bytes, gsize length, GArray *files)
{
    TnefFile *last = files->len > 0 ? &g_array_index(files, TnefFile, files->len - 1) : NULL;

    if (id == REND_DATA && files->len < TNEF_FILES_MAX) {
        TnefFile file = { g_strdup(""), bytes, 0 };

        g_array_append_val(files, file);
    } else if (id == TITLE) {
        keep_name(files, text(bytes, length, NULL), false);
    } else if (id == DATA && last) {
        last->bytes = bytes;
        last->size = length;
    } else if (id == PROPERTIES) {
        read_properties(bytes, length, files);
    }
}

static void file_clear(gpointer data)
{
    TnefFile *file = data;

    g_free(file->name);
}

GArray *tnef_files(const guint8 *bytes, gsize length)
{
    GArray *files = g_array_new(FALSE, FALSE, sizeof(TnefFile));
    Bytes in = { bytes, length, false };

    g_array_set_clear_func(files, file_clear);
    if (number(&in, 4) != SIGNATURE)
        return files;
    number(&in, 2);
    while (in.left > 0 && !in.broken) {
        guint32 level = number(&in, 1);
        guint32 id = number(&in, 4);
        gsize size = number(&in, 4);
        const guint8 *value = take(&in, size);

        if (value && level == LEVEL_ATTACHMENT)
            read_attribute(id, value, size, files);
        number(&in, 2);
    }
    return files;
}
