/* A header section and the message it belongs to, built by hand. */
#pragma once

#include "mail/parts.h"

/* `lines`: "Name: value", up to NULL. */
static inline GPtrArray *mail_fields(const char *const *lines)
{
    GPtrArray *fields = g_ptr_array_new();

    for (; *lines; lines++) {
        const char *colon = strchr(*lines, ':');
        HeaderField *field = g_new0(HeaderField, 1);

        field->name = g_strndup(*lines, (gsize)(colon - *lines));
        field->spaced = strpbrk(field->name, " \t") != NULL;
        g_strstrip(field->name);
        field->value = g_strstrip(g_strdup(colon + 1));
        g_ptr_array_add(fields, field);
    }
    return fields;
}

static inline void mail_fields_free(GPtrArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        HeaderField *field = g_ptr_array_index(fields, i);

        g_free(field->name);
        g_free(field->value);
        g_free(field);
    }
    g_ptr_array_unref(fields);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailAddress, address_free)
