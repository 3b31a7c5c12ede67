/* ISO-2022-JP. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Does an escape stand in it? */
bool jis_is_there(const char *bytes, gsize length);

/* The same text in EUC-JP; caller frees. */
GString *jis_to_euc(const char *bytes, gsize length);
