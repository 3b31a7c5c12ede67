/* The site: everything that was read from files, as one immutable snapshot.  Reload builds a new
 * one whole and swaps a pointer; whoever works on a message holds a reference. */
#pragma once

#include "base/settings.h"
#include "crm/context.h"
#include "llm/llm.h"
#include "mail/message.h"
#include "plan/mark.h"
#include "policy/policy.h"
#include "prompt/prompt.h"
#include "reply/template.h"
#include "store/store.h"

#include <gio/gio.h>
#include <stdatomic.h>

typedef enum { AUTHENTICATE_OWN, AUTHENTICATE_TRUST, AUTHENTICATE_BOTH } Authenticate;
typedef enum { MODE_OBSERVE, MODE_TAG, MODE_FULL } Mode;
typedef enum { ON_FAILURE_ACCEPT, ON_FAILURE_TEMPFAIL } OnFailure;
typedef enum { OVER_BUDGET_NEXT, OVER_BUDGET_BASELINE } OverBudget;
typedef enum { DRAFTS_NONE, DRAFTS_CONSOLE } Drafts;
typedef enum { DELIMITER_PLUS, DELIMITER_MINUS, DELIMITER_NONE } Delimiter;

/* How the house appears in replies. */
typedef struct {
    char *name, *from, *signature; /* signature NULL: none */
    char **languages;              /* ISO 639-1, the usual one first; may be empty */
    char **link_domains;           /* folded: where replies may link to, beside local_domains */
} Brand;

/* Somebody who is told that something has come: a server, or a person. */
typedef struct {
    char *name;
    char *url, *key_file, *ca_file; /* of a server; url NULL: it is a person */
    char *address;                  /* of a person, folded */
    gint64 timeout_ms;
    bool texts; /* may what the mail is about be said? */
    char *key;  /* read from key_file, NULL: none */
} Notify;

typedef struct {
    char *name;
    char **address; /* folded */
    char **engines; /* names of llm blocks, in order */
    char **policies, **team, **agents, **own_lists;
    char **remind; /* names of notify blocks */
    bool timeline;
    char *prompt, *ticket_prefix;
    gint64 deadline_ms, keep_text, tempfail_for_ms, max_mail_bytes;
    gint64 budget;                       /* nano-USD a day, 0: without limit; like the others */
    int mode, headers, on_failure, keep; /* Mode, MarkLevel, OnFailure, KeepMail */
    int over_budget;                     /* OverBudget */
    int delimiter;                       /* Delimiter */
    int drafts;                          /* Drafts */
    char *brand;
    char *acknowledge; /* a reply template; NULL: nobody is told that a mail has come */
    char *sent_folder, *sent_user, *sent_key_file; /* all or none of them */
    char *sent_ca_file;

    /* Resolved by site_load(). */
    const LlmModel **models; /* NULL-terminated */
    Policy *policy;
    const Prompt *active_prompt; /* NULL: no model is asked */
    const Brand *look;           /* of `brand`, NULL: none */
    MailAddress *identity;       /* whom its replies are from: the brand's, or its first address */
    char *sent_key;              /* read from sent_key_file, NULL: none */
} Mailbox;

typedef struct {
    char *socket, *socket_group, *user, *store, *crm, *fields, *policy_dir, *prompt_dir, *reply_dir,
        *freemail, *prices;
    char *knowledge_dir; /* NULL: there is no knowledge */
    char *knowledge;     /* of its index; never NULL if there is a knowledge_dir */
    gint64 socket_mode, max_body, max_held, max_waiting, store_wait_ms, duplicate_window_ms,
        keep_for_ms, decisions_for_ms, drain_ms, settle_ms, late_deadline_ms, cache_for_ms, workers,
        budget, sender_budget, strangers_share, submission_timeout_ms, acknowledge_per_hour;
    char *submission_url, *submission_user, *submission_key_file; /* url NULL: nothing is sent */
    char *submission_key;                                         /* read from that, NULL: none */
    char *submission_ca_file;
    char **trust, **trusted_hops, **trust_arc, **local_domains, **our_networks, **tiers;
    int authenticate;             /* Authenticate */
    char *resolver;               /* NULL: the system's */
    char *authentication_results; /* in whose name we write Authentication-Results; NULL: none */
    int log, log_level;           /* 0 syslog, 1 stderr; LogLevel */
    MailLimits limits;

    char *path;                 /* of the file it was read from */
    GPtrArray *mailboxes;       /* Mailbox*, as written */
    GPtrArray *models;          /* LlmModel* */
    GPtrArray *brands;          /* Brand* */
    GPtrArray *notifies;        /* Notify* */
    GPtrArray *trusted_servers; /* TrustedServer*: of trust blocks */
    GPtrArray *networks;        /* GInetAddressMask*, of our_networks */
    GPtrArray *price_rows;      /* LlmPriceRow* */
    FieldTable *field_table;
    FactTable *fact_table;
    PromptSet *prompt_set;
    ReplyTemplates *reply_templates; /* NULL: none */
    char **freemail_domains;
    GPtrArray *own_lists; /* char*: of all mailboxes, NULL-terminated */

    atomic_int references;
} Site;

/* Reads and checks everything: the file, fields, prompts, policies, keys.  NULL if there are
 * diagnostics afterwards. */
Site *site_load(const char *path, Diags *diags);
Site *site_ref(Site *site);
void site_unref(Site *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Site, site_unref)

const Mailbox *site_mailbox(const Site *site, const char *name); /* NULL if unknown */
/* The mailbox a folded recipient address belongs to, +tags and bounce addresses' tags ignored;
 * NULL: out of scope. */
const Mailbox *site_mailbox_for(const Site *site, const char *recipient);
/* A new one in the mailbox's name, without <>: 122 random bits.  Caller frees. */
char *mailbox_new_message_id(const Mailbox *mailbox);
/* The envelope sender of a reply, by which a bounce tells which draft it is about; without a
 * delimiter the mailbox's identity.  Caller frees. */
char *mailbox_bounce_address(const Mailbox *mailbox, gint64 draft, const char *secret);
/* The draft whose bounce address stands among folded recipients; 0: none. */
gint64 mailbox_bounced_draft(const Mailbox *mailbox, const GPtrArray *recipients,
                             const char *secret);
const Notify *site_notify(const Site *site, const char *name); /* NULL if unknown */
/* Does customers' timeline hear of what comes to the mailbox, and of what is answered? */
bool site_tells_timeline(const Site *site, const Mailbox *mailbox);
bool site_is_local(const Site *site, const char *address);
/* Is the client one of our own hosts (our_networks, trusted_hops), so that its address says nothing
 * about who sent the mail? */
bool site_is_relay(const Site *site, const char *client_address);
bool site_is_our_network(const Site *site, const char *client_address);
/* Is it a mailbox's identity or one of its agents?  Which mailbox's, else NULL. */
const Mailbox *site_mailbox_of_author(const Site *site, const char *address);

/* The path behind "sqlite:". */
const char *site_sqlite_path(const char *value);
/* The path behind "unix:", NULL for inet sockets. */
const char *site_unix_path(const char *value);

/* The settings tables, for `config dump`, `config doc` and the test that holds the man page against
 * them; the last is NULL. */
const SettingsTable *const *site_tables(void);
/* The snapshot as it would be written in a file, defaults included.  Caller frees. */
char *site_dump(const Site *site);

/* Names of settings that differ and need a restart, or NULL if none.  Caller frees. */
char *site_needs_restart(const Site *old, const Site *new_site);
