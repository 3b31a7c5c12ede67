/* Private to jobs/: everything a reply to one mail may rely on. */
#pragma once

#include "jobs/kinds.h"
#include "prompt/prompt.h"
#include "store/mail.h"
#include "store/revise.h"

typedef struct {
    const JobWork *work;
    const Mailbox *mailbox;
    const Prompt *prompt; /* NULL: a template writes */
    StoredMail *mail;
    CurrentRevision *current; /* verdict and plan as they stand now */
    GPtrArray *thread;        /* StoredMail*: the latest of the ticket, the mail among them */
    Customer *customer;       /* MATCH_NONE for a stranger, and for who isn't proven */
    Context *context;         /* NULL: nothing of the customer's record may go in */
    GPtrArray *passages;      /* Passage* */
    GPtrArray *examples;      /* char*, NULL-terminated */
} Material;

/* The mail and what was decided about it.  false: an error. */
bool material_open(Material *material, const JobWork *work, GError **error);
/* What a model may see beyond it. */
bool material_gather(Material *material, GError **error);
void material_clear(Material *material);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Material, material_clear)

/* What kind of matter it is, for examples and for the report of what could be trusted. */
const char *material_topic(const Material *material);
/* The newest mail of its ticket. */
gint64 material_thread_state(const Material *material);
/* What a policy promised: "4 h", "30 min", in units that every language reads; "" if nothing. */
char *material_answer_within(const Material *material);
/* As a JSON list of {"kind", "name", "text"}: knowledge, customer,
 * example, house.  Caller frees. */
char *material_sources(const Material *material);
