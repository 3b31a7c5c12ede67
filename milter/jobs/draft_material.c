/* What a reply may rely on: the mail, its ticket, the customer's record as far as the sender is
 * proven, the site's knowledge, and replies to others for their manner.
 *
 * A reply goes to all who read it, so the record stays closed if anybody from elsewhere was
 * addressed too. */
#include "jobs/draft_material.h"

#include "base/json.h"
#include "base/log.h"
#include "store/example.h"

#include <string.h>

/* Earlier mails, and passages, that are looked at. */
#define THREAD_MAX   10
#define PASSAGES_MAX 8

bool material_open(Material *material, const JobWork *work, GError **error)
{
    Store *store = services_store(work->services);
    material->work = work;
    material->mailbox = site_mailbox(work->site, work->job->mailbox);
    material->mail = store_mail_of_decision(store, work->job->decision_id, error);
    if (material->mail == NULL)
        return false;
    material->current =
        store_current_revision(store, work->job->decision_id, work->site->field_table, error);
    if (material->current == NULL)
        return false;
    material->thread = store_mails_of_ticket(store, material->mail->ticket_id, THREAD_MAX, error);
    material->prompt = prompts_active(work->site->prompt_set, material->current->plan->draft);
    return material->thread != NULL;
}

void material_clear(Material *material)
{
    g_clear_pointer(&material->mail, stored_mail_free);
    g_clear_pointer(&material->current, current_revision_free);
    g_clear_pointer(&material->thread, g_ptr_array_unref);
    g_clear_pointer(&material->customer, customer_free);
    g_clear_pointer(&material->context, context_free);
    g_clear_pointer(&material->passages, g_ptr_array_unref);
    g_clear_pointer(&material->examples, g_ptr_array_unref);
}

/* ── the customer ── */

static bool is_inside(const Site *site, const Message *message, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        const char *address = ((const MailAddress *)addresses->pdata[i])->address;
        if (!site_is_local(site, address) &&
            !g_str_equal(address_domain(address), address_domain(message->from->address)))
            return false;
    }
    return true;
}

/* Only for a proven sender, and only if nobody else's domain was addressed. */
static bool may_open_record(const Material *material)
{
    const Site *site = material->work->site;
    const Message *message = material->mail->message;
    return message_person_is_proven(message) && is_inside(site, message, message->to) &&
           is_inside(site, message, message->cc);
}

static bool find_customer(Material *material, GError **error)
{
    const JobWork *work = material->work;
    Crm *crm = services_crm(work->services);
    const Message *message = material->mail->message;
    if (crm != NULL && may_open_record(material)) {
        material->customer = crm_find(crm, message->person->address, work->now, error);
        if (material->customer == NULL)
            return false;
    } else {
        material->customer = customer_new();
    }
    g_autoptr(Thread) thread = thread_new();
    if (may_open_record(material))
        material->context = context_build(material->customer, thread, message,
                                          material->prompt->context_budget, work->now);
    return true;
}

/* ── what the house knows ── */

/* Without its knowledge the house can still answer: that it couldn't be read is logged. */
static void find_passages(Material *material)
{
    const JobWork *work = material->work;
    const Message *message = material->mail->message;
    g_autoptr(GError) error = NULL;
    g_autofree char *words = g_strjoin("\n", message->subject, message->reply, NULL);
    Knowledge *knowledge = services_knowledge(work->services, work->site, &error);
    if (knowledge != NULL)
        material->passages =
            knowledge_search(knowledge, words, material->mailbox->name,
                             material->prompt->knowledge_budget, PASSAGES_MAX, &error);
    if (error != NULL)
        log_error(LOG_LEVEL_WARNING, "knowledge-unreadable", error);
}

static bool find_examples(Material *material, GError **error)
{
    const char *topic = material_topic(material);
    material->examples =
        store_examples(services_store(material->work->services), material->mailbox->name, topic,
                       material->mail->message->person->address,
                       topic[0] != '\0' ? material->prompt->examples : 0, error);
    return material->examples != NULL;
}

bool material_gather(Material *material, GError **error)
{
    find_passages(material);
    return find_customer(material, error) && find_examples(material, error);
}

const char *material_topic(const Material *material)
{
    const char *category = verdict_token(material->current->verdict, "category");
    return category[0] != '\0' ? category : verdict_token(material->current->verdict, "kind");
}

gint64 material_thread_state(const Material *material)
{
    const StoredMail *newest = g_ptr_array_index(material->thread, material->thread->len - 1);
    return newest->id;
}

/* ── for whoever checks the text ── */

static void add_source(cJSON *list, const char *kind, const char *name, const char *text)
{
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "kind", kind);
    cJSON_AddStringToObject(entry, "name", name);
    cJSON_AddStringToObject(entry, "text", text);
    cJSON_AddItemToArray(list, entry);
}

char *material_answer_within(const Material *material)
{
    gint64 minutes = material->current->plan->answer_within / 60000;
    if (minutes == 0)
        return g_strdup("");
    return minutes % 60 == 0 ? g_strdup_printf("%" G_GINT64_FORMAT " h", minutes / 60)
                             : g_strdup_printf("%" G_GINT64_FORMAT " min", minutes);
}

/* What the house says of itself and of the ticket. */
static char *own_words(const Material *material)
{
    const MailAddress *identity = material->mailbox->identity;
    const Brand *look = material->mailbox->look;
    g_autofree char *answer_within = material_answer_within(material);
    return g_strjoin("\n", material->mail->ticket, identity->name, identity->address, answer_within,
                     look != NULL && look->signature != NULL ? look->signature : "", NULL);
}

char *material_sources(const Material *material)
{
    g_autoptr(cJSON) list = cJSON_CreateArray();
    g_autofree char *own = own_words(material);
    add_source(list, "house", material->mailbox->name, own);
    for (guint i = 0; material->passages != NULL && i < material->passages->len; i++) {
        const Passage *passage = g_ptr_array_index(material->passages, i);
        add_source(list, "knowledge", passage->source, passage->text);
    }
    if (material->context != NULL && material->context->text[0] != '\0')
        add_source(list, "customer", material->customer->id, material->context->text);
    for (guint i = 0; material->examples != NULL && i + 1 < material->examples->len; i++)
        add_source(list, "example", "", g_ptr_array_index(material->examples, i));
    return json_print(list);
}
