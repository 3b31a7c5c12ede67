/* One prompt file, and the view its templates are held against. */
#pragma once

#include "prompt/prompt.h"

/* Reads FOLDER/NAME/VERSION.prompt; NULL: the faults are in `diags`. */
Prompt *prompt_file_read(const char *path, const char *name, int version, Diags *diags);
/* The same from memory; `path` names it in diagnostics. */
Prompt *prompt_file_parse(const char *path, const char *text, gsize length, const char *name,
                          int version, Diags *diags);
void prompt_file_free(Prompt *prompt);

/* What the templates see; see prompt.h.  Caller frees. */
cJSON *prompt_view(const PromptInput *input, const PromptPrivacy *privacy, Redaction *redaction);
/* Those of its names that the system part can't have; NULL-terminated. */
extern const char *const prompt_names_of_each_mail[];
/* A view with every key, and an item in every list.  Caller frees. */
cJSON *prompt_view_example(void);
