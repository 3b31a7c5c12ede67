/* Every setting, once: name, type, default, range, and the sentence that the manual prints.
 *
 * A row stands here only if something acts on it.  How values relate to each other is checked in
 * check.c; what a value does is told where it is used. */
#include "site/settings.h"

static const char *const log_targets[] = { "syslog", "stderr", NULL };
static const char *const log_levels[] = { "error", "warning", "info", "debug", NULL };
static const char *const authenticate_choices[] = { "own", "trust", "both", NULL };
static const char *const modes[] = { "observe", "tag", "full", NULL };
static const char *const header_levels[] = { "id", "routing", "full", NULL };
static const char *const failure_actions[] = { "accept", "tempfail", NULL };
static const char *const over_budget_choices[] = { "next", "baseline", NULL };
static const char *const drafts_choices[] = { "none", "console", NULL };
static const char *const keep_choices[] = { "text", "none", NULL };
static const char *const delimiters[] = { "+", "-", "none", NULL };

#define SECOND 1000.0
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define KB     1024.0
#define MB     (1024 * KB)

#define LEAST_BUDGET (USD / 1000.0)
#define MOST_BUDGET  (USD * 1000000.0)

#define LONGEST_PATH 1024
#define LONGEST_NAME 64
#define LONGEST_ITEM 320
#define LONGEST_TEXT 2000

/* What is bound, opened or given up once, at start. */
#define AT_START(n, T, m, t, lo, hi, def, must, h)                                                 \
    {                                                                                              \
        .name = n, .type = t, .offset = offsetof(T, m), .min = lo, .max = hi, .fallback = def,     \
        .required = must, .restart = true, .help = h                                               \
    }

static const Setting site_rows[] = {
    AT_START("socket", Site, socket, SETTING_TYPE_TEXT, 0, LONGEST_PATH, NULL, true,
             "Where the MTA finds us: unix:/PATH or inet:PORT@HOST."),
    AT_START("socket_group", Site, socket_group, SETTING_TYPE_TEXT, 0, LONGEST_NAME, NULL, false,
             "Group that owns a unix socket, so that the MTA may connect."),
    AT_START("socket_mode", Site, socket_mode, SETTING_TYPE_OCTAL, 0, 0777, "0660", false,
             "Mode of a unix socket."),
    AT_START("user", Site, user, SETTING_TYPE_TEXT, 0, LONGEST_NAME, NULL, false,
             "User to become once the socket is bound; without it the daemon stays who it is."),
    AT_START("store", Site, store, SETTING_TYPE_TEXT, 0, LONGEST_PATH, NULL, true,
             "Where decisions, tickets and kept mail are: sqlite:/PATH."),
    AT_START("crm", Site, crm, SETTING_TYPE_TEXT, 0, LONGEST_PATH, NULL, false,
             "Where customers are: sqlite:/PATH; without it everybody is a stranger."),
    AT_START("knowledge", Site, knowledge, SETTING_TYPE_TEXT, 0, LONGEST_PATH, NULL, false,
             "Where the index of knowledge_dir is: sqlite:/PATH; beside the store if left out."),
    { .name = "log",
      .type = SETTING_TYPE_CHOICE,
      .offset = offsetof(Site, log),
      .choices = log_targets,
      .fallback = "syslog",
      .restart = true,
      .help = "Where log lines go." },
    { .name = "log_level",
      .type = SETTING_TYPE_CHOICE,
      .offset = offsetof(Site, log_level),
      .choices = log_levels,
      .fallback = "info",
      .restart = true,
      .help = "The least important lines that are written." },
    { .name = "authenticate",
      .type = SETTING_TYPE_CHOICE,
      .offset = offsetof(Site, authenticate),
      .choices = authenticate_choices,
      .fallback = "both",
      .restart = true,
      .help = "Who finds out whether a sender is proven: our own checks, servers of trust, both." },
    AT_START("resolver", Site, resolver, SETTING_TYPE_TEXT, 0, LONGEST_NAME, NULL, false,
             "DNS resolver to ask: ADDRESS or ADDRESS@PORT; without it those of resolv.conf(5)."),
    SETTING_TEXT("authentication_results", Site, authentication_results, NULL, LONGEST_NAME,
                 "Name to write Authentication-Results of our own in; without it none is written."),
    SETTING_TEXT("fields", Site, fields, "fields.conf", LONGEST_PATH,
                 "The fields a verdict can have, relative to this file."),
    SETTING_TEXT("policy_dir", Site, policy_dir, "policies", LONGEST_PATH,
                 "Folder of NAME.policy files, relative to this file."),
    SETTING_TEXT("prompt_dir", Site, prompt_dir, "prompts", LONGEST_PATH,
                 "Folder of NAME/VERSION.prompt files and active.conf, relative to this file."),
    SETTING_TEXT("reply_dir", Site, reply_dir, NULL, LONGEST_PATH,
                 "Folder of NAME.txt files, replies that no model writes, relative to this file."),
    SETTING_TEXT("knowledge_dir", Site, knowledge_dir, NULL, LONGEST_PATH,
                 "Folder of Markdown files for drafted answers, relative to this file."),
    SETTING_TEXT("freemail", Site, freemail, "freemail.txt", LONGEST_PATH,
                 "Domains that never stand for a company, one per line, relative to this file."),
    SETTING_TEXT("prices", Site, prices, NULL, LONGEST_PATH,
                 "What models cost, relative to this file; without it nobody knows."),
    { .name = "trust",
      .type = SETTING_TYPE_LIST,
      .offset = offsetof(Site, trust),
      .max = LONGEST_ITEM,
      .block_too = true,
      .help = "authserv-ids whose topmost Authentication-Results field counts (RFC 8601)." },
    SETTING_LIST("trusted_hops", Site, trusted_hops, NULL, LONGEST_ITEM,
                 "Host names of our own relays, whose Received fields are stepped over."),
    SETTING_LIST("trust_arc", Site, trust_arc, NULL, LONGEST_ITEM,
                 "Domains of forwarders whose ARC seals are believed (RFC 8617)."),
    SETTING_LIST("local_domains", Site, local_domains, NULL, LONGEST_ITEM,
                 "Our domains: full headers stay inside them, policies redirect only to them."),
    SETTING_LIST("our_networks", Site, our_networks, NULL, LONGEST_ITEM,
                 "Networks (192.0.2.0/24, 2001:db8::/32) whose clients may send our own answers."),
    SETTING_LIST("tiers", Site, tiers, "free, standard, premium, enterprise", LONGEST_NAME,
                 "Customer tiers, lowest first."),
    SETTING_SIZE("max_body", Site, max_body, "4M", 4 * KB, 64 * MB,
                 "Bytes of a message that are looked at; the rest passes unread."),
    SETTING_SIZE("max_held", Site, max_held, "512M", 4 * KB, 64 * 1024 * MB,
                 "Bytes of all messages that are held at once; what comes beyond passes unread."),
    SETTING_SIZE("max_header_bytes", Site, limits.max_header_bytes, "256k", 4 * KB, 4 * MB,
                 "Bytes of a message's header section that are read."),
    SETTING_COUNT("max_parts", Site, limits.max_parts, "1000", 1, 10000,
                  "Separator lines of MIME parts that are read; a mail with more ends there."),
    SETTING_COUNT("max_depth", Site, limits.max_depth, "30", 1, 100,
                  "Levels of multipart and attached messages that are looked into."),
    SETTING_SIZE("max_text", Site, limits.max_text_bytes, "256k", 4 * KB, 4 * MB,
                 "Bytes of text, quotes included, that are taken out of a message."),
    SETTING_SIZE(
        "max_work", Site, limits.max_work, "128M", 1 * MB, 1024 * MB,
        "Work of reading a message: a byte of an attachment counts 1, of text 16, a part 4k."),
    SETTING_COUNT("max_waiting", Site, max_waiting, "25", 0, 1000,
                  "Messages that may wait for a model at once; beyond, the baseline answers."),
    SETTING_DURATION("store_wait", Site, store_wait_ms, "500ms", 10, 10 * SECOND,
                     "The end of each deadline that is kept for the commit."),
    SETTING_DURATION("duplicate_window", Site, duplicate_window_ms, "7d", 1 * SECOND, 90 * DAY,
                     "How long a mail that comes again gets the stored decision."),
    SETTING_DURATION("keep_for", Site, keep_for_ms, "90d", 1 * DAY, 3650 * DAY,
                     "How long kept mail text stays."),
    SETTING_DURATION("decisions_for", Site, decisions_for_ms, "400d", 1 * DAY, 3650 * DAY,
                     "How long decisions and tickets stay."),
    SETTING_MONEY("budget", Site, budget, LEAST_BUDGET, MOST_BUDGET,
                  "What all calls to models may cost."),
    SETTING_COUNT("strangers_share", Site, strangers_share, "50", 1, 100,
                  "Percent of each budget that all senders who are no proven contacts may spend."),
    SETTING_MONEY("sender_budget", Site, sender_budget, LEAST_BUDGET, MOST_BUDGET,
                  "What mail of one proven address, or of one network, may cost."),
    SETTING_DURATION("settle", Site, settle_ms, "30s", 0, 1 * HOUR,
                     "How long what follows a mail waits for the MTA to have taken it."),
    SETTING_DURATION("late_deadline", Site, late_deadline_ms, "2min", 0, 10 * MINUTE,
                     "How long a model may take whose mail has gone already; 0 asks no more."),
    SETTING_DURATION("cache_for", Site, cache_for_ms, "1d", 0, 30 * DAY,
                     "How long a model's answer serves for mail of the same words; 0 asks anew."),
    AT_START("workers", Site, workers, SETTING_TYPE_COUNT, 1, 64, "4", false,
             "Threads that do what is left to do once a mail has gone."),
    SETTING_TEXT("submission_url", Site, submission_url, NULL, LONGEST_PATH,
                 "The mail server that takes replies: smtp://HOST:PORT or smtps://HOST."),
    SETTING_TEXT("submission_user", Site, submission_user, NULL, LONGEST_ITEM,
                 "Who we are to it; without a user there is no AUTH."),
    SETTING_TEXT("submission_key_file", Site, submission_key_file, NULL, LONGEST_PATH,
                 "File that holds the user's password and is readable by nobody else."),
    SETTING_TEXT("submission_ca_file", Site, submission_ca_file, NULL, LONGEST_PATH,
                 "Certificates, in PEM, that vouch for that server in place of the system's."),
    SETTING_DURATION("submission_timeout", Site, submission_timeout_ms, "5min", 1 * SECOND,
                     30 * MINUTE, "Longest time that handing a mail over may take."),
    SETTING_COUNT("acknowledge_per_hour", Site, acknowledge_per_hour, "60", 1, 100000,
                  "Acknowledgements that are sent within an hour, to all together."),
    SETTING_DURATION("drain", Site, drain_ms, "30s", 0, 5 * MINUTE,
                     "How long a stop waits for messages that are being worked on."),
    { .name = NULL },
};

const SettingsTable site_settings = {
    .block = "",
    .size = sizeof(Site),
    .rows = site_rows,
    .help = "The top level of the file.",
};

static const Setting mailbox_rows[] = {
    { .name = "address",
      .type = SETTING_TYPE_LIST,
      .offset = offsetof(Mailbox, address),
      .max = LONGEST_ITEM,
      .required = true,
      .help = "Addresses as the public writes them, before aliases; +tags are ignored." },
    SETTING_CHOICE("mode", Mailbox, mode, "observe", modes,
                   "observe decides and records; tag marks too; full makes tickets too."),
    SETTING_LIST("engines", Mailbox, engines, NULL, LONGEST_NAME,
                 "Names of llm blocks, asked in this order; the baseline stands behind."),
    SETTING_MONEY("budget", Mailbox, budget, LEAST_BUDGET, MOST_BUDGET,
                  "What mail to this mailbox may cost."),
    SETTING_CHOICE("over_budget", Mailbox, over_budget, "next", over_budget_choices,
                   "Who answers when a budget is spent: the next engine, or the baseline at once."),
    SETTING_DURATION("deadline", Mailbox, deadline_ms, "8s", 100, 2 * MINUTE,
                     "Longest time a message waits for us."),
    SETTING_TEXT("prompt", Mailbox, prompt, NULL, LONGEST_NAME,
                 "The prompt a model is asked with."),
    SETTING_LIST("policy", Mailbox, policies, NULL, LONGEST_NAME,
                 "Policy files, read as one, in this order."),
    SETTING_CHOICE("drafts", Mailbox, drafts, "none", drafts_choices,
                   "Where replies that a policy has drafted wait for a person."),
    SETTING_LIST("team", Mailbox, team, NULL, LONGEST_NAME,
                 "Names a verdict may suggest as assignee."),
    SETTING_LIST("agents", Mailbox, agents, NULL, LONGEST_ITEM,
                 "Addresses of the people who answer here."),
    SETTING_LIST("own_lists", Mailbox, own_lists, NULL, LONGEST_ITEM,
                 "List-Ids or addresses of our own groups in front of this mailbox."),
    SETTING_LIST("remind", Mailbox, remind, NULL, LONGEST_NAME,
                 "Who is told of tickets that are overdue: names of notify blocks."),
    SETTING_YES_NO("timeline", Mailbox, timeline, "yes",
                   "Are mails of proven customers, and replies, told to their timeline?"),
    SETTING_TEXT("brand", Mailbox, brand, NULL, LONGEST_NAME,
                 "How replies appear: the name of a brand block."),
    SETTING_CHOICE("delimiter", Mailbox, delimiter, "+", delimiters,
                   "What parts a tag from an address, by which a bounce names its reply."),
    SETTING_TEXT("acknowledge", Mailbox, acknowledge, NULL, LONGEST_NAME,
                 "The reply template that tells a proven sender that a mail has come."),
    SETTING_TEXT("sent_folder", Mailbox, sent_folder, NULL, LONGEST_PATH,
                 "Where copies of replies are kept: imaps://HOST/FOLDER."),
    SETTING_TEXT("sent_user", Mailbox, sent_user, NULL, LONGEST_ITEM, "Whose folder it is."),
    SETTING_TEXT("sent_key_file", Mailbox, sent_key_file, NULL, LONGEST_PATH,
                 "File that holds the user's password and is readable by nobody else."),
    SETTING_TEXT("sent_ca_file", Mailbox, sent_ca_file, NULL, LONGEST_PATH,
                 "Certificates, in PEM, that vouch for that server in place of the system's."),
    SETTING_CHOICE("headers", Mailbox, headers, "routing", header_levels,
                   "How much the X-Triage headers say."),
    SETTING_TEXT("ticket_prefix", Mailbox, ticket_prefix, "SUP", 8,
                 "Tickets are named PREFIX-NUMBER."),
    SETTING_CHOICE("on_failure", Mailbox, on_failure, "accept", failure_actions,
                   "What happens to a message when store or program fail."),
    SETTING_DURATION("tempfail_for", Mailbox, tempfail_for_ms, "30min", 1 * MINUTE, 1 * DAY,
                     "Longest time one message is asked to come again."),
    SETTING_CHOICE("keep", Mailbox, keep, "text", keep_choices, "What is kept of a mail."),
    SETTING_SIZE("keep_text", Mailbox, keep_text, "64k", 1 * KB, 1 * MB,
                 "Bytes of new text, and of quoted text, that are kept."),
    SETTING_SIZE("max_mail", Mailbox, max_mail_bytes, "12k", 1 * KB, 200 * KB,
                 "Bytes of the mail's new text that go into a prompt."),
    { .name = NULL },
};

const SettingsTable mailbox_settings = {
    .block = "mailbox",
    .titled = true,
    .title_offset = offsetof(Mailbox, name),
    .size = sizeof(Mailbox),
    .rows = mailbox_rows,
    .help = "One address, or several, that belong together: mailbox NAME { … }.",
};

static const Setting llm_rows[] = {
    { .name = "api",
      .type = SETTING_TYPE_CHOICE,
      .offset = offsetof(LlmModel, api),
      .choices = llm_api_names,
      .required = true,
      .help = "The server's language." },
    { .name = "model",
      .type = SETTING_TYPE_TEXT,
      .offset = offsetof(LlmModel, model),
      .max = 200,
      .required = true,
      .help = "The model's name, as the server knows it." },
    SETTING_TEXT("url", LlmModel, url, NULL, LONGEST_PATH,
                 "Base address of the server; the usual one of the api if left out."),
    SETTING_TEXT("key_file", LlmModel, key_file, NULL, LONGEST_PATH,
                 "File that holds the API key and is readable by nobody else."),
    SETTING_TEXT("ca_file", LlmModel, ca_file, NULL, LONGEST_PATH,
                 "Certificates, in PEM, that vouch for the server in place of the system's."),
    SETTING_DURATION("timeout", LlmModel, attempt_timeout_ms, "20s", 100, 2 * MINUTE,
                     "Longest single attempt."),
    SETTING_SIZE("max_response", LlmModel, max_response_bytes, "256k", 4 * KB, 16 * MB,
                 "Longest answer that is read."),
    SETTING_DURATION("pause_after_invalid", LlmModel, pause_after_invalid_ms, "0ms", 0, 1 * HOUR,
                     "Pause after 20 answers in a row that could not be used, from 10 accounts."),
    SETTING_MONEY("budget", LlmModel, budget, LEAST_BUDGET, MOST_BUDGET,
                  "What calls to this model may cost."),
    SETTING_LIST("redact", LlmModel, privacy.redact, "cards, iban, secrets, ids", LONGEST_NAME,
                 "Kinds of values that are replaced by placeholders before a mail is sent."),
    SETTING_CHOICE("send", LlmModel, privacy.send, "all", prompt_send_names,
                   "How much of a mail, and of what is known of its sender, this model may see."),
    SETTING_YES_NO("datamark", LlmModel, privacy.datamark, "no",
                   "Are the words of a mail marked, so that it isn't taken for instructions?"),
    SETTING_YES_NO("logprobs", LlmModel, logprobs, "no",
                   "Is the server asked how probable each token of an answer is?"),
    { .name = NULL },
};

const SettingsTable llm_settings = {
    .block = "llm",
    .titled = true,
    .title_offset = offsetof(LlmModel, name),
    .size = sizeof(LlmModel),
    .rows = llm_rows,
    .help = "One model that can be asked: llm NAME { … }.",
};

static const Setting brand_rows[] = {
    { .name = "from",
      .type = SETTING_TYPE_TEXT,
      .offset = offsetof(Brand, from),
      .max = LONGEST_ITEM,
      .required = true,
      .help = "Whom replies are from: \"Acme Support <support@example.com>\"." },
    SETTING_LIST("language", Brand, languages, NULL, 2,
                 "Languages of the house, as de; the first where a mail has another."),
    SETTING_TEXT("signature", Brand, signature, NULL, LONGEST_TEXT,
                 "What stands below each reply."),
    SETTING_LIST("link_domains", Brand, link_domains, NULL, LONGEST_ITEM,
                 "Further domains that replies may link to, subdomains included."),
    { .name = NULL },
};

const SettingsTable brand_settings = {
    .block = "brand",
    .titled = true,
    .title_offset = offsetof(Brand, name),
    .size = sizeof(Brand),
    .rows = brand_rows,
    .help = "How the house appears in replies: brand NAME { … }.",
};

static const Setting notify_rows[] = {
    SETTING_TEXT("url", Notify, url, NULL, LONGEST_PATH,
                 "The server that is told, with POST and JSON: https://HOST/PATH."),
    SETTING_TEXT("key_file", Notify, key_file, NULL, LONGEST_PATH,
                 "File that holds the server's bearer key and is readable by nobody else."),
    SETTING_TEXT("ca_file", Notify, ca_file, NULL, LONGEST_PATH,
                 "Certificates, in PEM, that vouch for the server in place of the system's."),
    SETTING_DURATION("timeout", Notify, timeout_ms, "10s", 100, 2 * MINUTE,
                     "Longest single attempt to tell the server."),
    SETTING_TEXT("address", Notify, address, NULL, LONGEST_ITEM,
                 "Whom a mail tells instead, in one of local_domains."),
    SETTING_YES_NO("texts", Notify, texts, "no",
                   "Are subject and summary told, too?  They are as private as the mail."),
    { .name = NULL },
};

const SettingsTable notify_settings = {
    .block = "notify",
    .titled = true,
    .title_offset = offsetof(Notify, name),
    .size = sizeof(Notify),
    .rows = notify_rows,
    .help = "Somebody whom a policy can tell: notify NAME { … }.",
};

static const Setting trust_rows[] = {
    { .name = "methods",
      .type = SETTING_TYPE_LIST,
      .offset = offsetof(TrustedServer, methods),
      .max = LONGEST_NAME,
      .required = true,
      .help = "What its filters write on every mail: some of arc, dkim, dmarc, spf." },
    { .name = NULL },
};

const SettingsTable trust_settings = {
    .block = "trust",
    .titled = true,
    .title_offset = offsetof(TrustedServer, name),
    .size = sizeof(TrustedServer),
    .rows = trust_rows,
    .help = "An authserv-id of which only the methods named count: trust NAME { … }.",
};

const SettingsTable *const *site_tables(void)
{
    static const SettingsTable *const tables[] = {
        &site_settings,   &mailbox_settings, &llm_settings, &brand_settings,
        &notify_settings, &trust_settings,   NULL
    };
    return tables;
}
