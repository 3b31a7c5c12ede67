/* The person behind a mail: web forms, shops and notifiers send from an address that nobody reads
 * or that is our own, with the one who wants something in Reply-To or in the text.
 *
 * Whoever writes from elsewhere in his own name is taken for himself, whatever his text says; and
 * a person found here is never proven, because anyone can write anything into a form.  Pure; any
 * thread. */
#include "mail/person.h"

#include "base/domain.h"
#include "mail/automatic_words.h"
#include "mail/form.h"

#include <string.h>

#define FIELDS_ENOUGH 3 /* labelled lines that no colleague writes by hand */

/* Local parts, '-', '_' and '.' taken out, that begin so. */
static const char *const machines[] = {
    "wordpress",   "webform",      "webmaster", "contactform", "formular",  "formmail",
    "forms",       "notification", "mailer",    "www",         "website",   "apache",
    "kontaktform", "contact",      "kontakt",   "contacto",    "contatto",  "contato",
    "web",         "site",         "homepage",  "form",        "formulier", "shop",
    "nobody",      "info",         "anfrage",   "enquiries",   "sales",     "support",
    "help",        "admin",        "root",      "system",      "server",    "postmaster",
};

/* Those of them that send for others wherever they are. */
static const char *const senders[] = {
    "wordpress",    "webform", "contactform", "formular",  "formmail", "kontaktform",
    "notification", "mailer",  "wwwdata",     "webmaster", "forms",
};

/* Companies whose servers send forms for their customers, under their own name. */
static const char *const services[] = {
    "typeform.com",       "jotform.com",      "formspree.io",  "wufoo.com",
    "123formbuilder.com", "cognitoforms.com", "formstack.com", "getform.io",
    "formsubmit.co",      "web3forms.com",    "wixforms.com",  "wix.com",
    "squarespace.info",   "squarespace.com",  "weebly.com",    "jimdo.com",
    "hsforms.com",        "paperform.co",     "tally.so",      "formcarry.com",
};

static bool begins(const char *address, const char *const *words, gsize count)
{
    g_autoptr(GString) local = g_string_new(NULL);

    for (const char *at = address; *at && *at != '@'; at++)
        if (!strchr("-_.", *at))
            g_string_append_c(local, *at);
    for (gsize i = 0; i < count; i++)
        if (g_str_has_prefix(local->str, words[i]))
            return true;
    return false;
}

static bool is_service(const char *domain)
{
    for (gsize i = 0; i < G_N_ELEMENTS(services); i++)
        if (domain_aligns(domain, services[i]))
            return true;
    return false;
}

/* It sends for others, whoever we are. */
static bool is_machine(const char *address)
{
    return words_no_reply(address) || begins(address, senders, G_N_ELEMENTS(senders)) ||
           is_service(address_domain(address));
}

static bool is_to(const Message *message, const char *address)
{
    for (guint i = 0; i < message->to->len; i++)
        if (strcmp(((MailAddress *)message->to->pdata[i])->address, address) == 0)
            return true;
    return false;
}

/* In one of our domains, or in that of the first recipient, who is one of us. */
static bool is_of_us(const Message *message, const MailTrust *trust, const char *address)
{
    const char *domain = address_domain(address);

    for (char *const *own = trust->own_domains; own && *own; own++)
        if (domain_aligns(domain, *own))
            return true;
    return message->to->len > 0 &&
           domain_aligns(domain, address_domain(((MailAddress *)message->to->pdata[0])->address));
}

/* A site of our own that writes in its own name, with somebody else to answer to. */
static bool sends_for_others(const Message *message, const MailTrust *trust)
{
    const char *from = message->from->address;

    return is_machine(from) || (is_of_us(message, trust, from) &&
                                !is_of_us(message, trust, message->reply_to->address));
}

static bool has_other_reply_to(const Message *message, const MailTrust *trust)
{
    const MailAddress *reply_to = message->reply_to;

    if (!reply_to || !*reply_to->address || words_no_reply(reply_to->address) ||
        strcmp(reply_to->address, message->from->address) == 0)
        return false;
    return !*message->from->address || sends_for_others(message, trust);
}

/* A colleague's mail that quotes somebody's address is no form. */
static bool is_form(const Message *message, const MailTrust *trust, const Form *form)
{
    const char *from = message->from->address;

    if (!form->visitor || strcmp(form->visitor->address, from) == 0)
        return false;
    if (is_machine(from))
        return form->fields > 1 || form->says_so;
    return is_of_us(message, trust, from) &&
           (form->says_so || form->fields >= FIELDS_ENOUGH ||
            (form->fields > 1 &&
             (is_to(message, from) || begins(from, machines, G_N_ELEMENTS(machines)))));
}

static bool may_be_form(const Message *message, const MailTrust *trust)
{
    const char *from = message->from->address;

    return !message->forwarded && !*message->in_reply_to && message->references->len == 0 &&
           (is_machine(from) || is_of_us(message, trust, from));
}

/* A Reply-To without a name of its own has that of a From without an address. */
static void name_person(Message *message)
{
    if (*message->from->address || *message->person->name)
        return;
    g_free(message->person->name);
    message->person->name = g_strdup(message->from->name);
}

static void set_person(Message *message, const MailAddress *person, PersonSource source)
{
    message->person = address_new(person->address, person->name);
    message->person_source = source;
}

void person_find(Message *message, const MailTrust *trust)
{
    if (has_other_reply_to(message, trust)) {
        set_person(message, message->reply_to, PERSON_REPLY_TO);
        name_person(message);
        return;
    }
    if (may_be_form(message, trust)) {
        Form form;
        form_read(message->text, &form);
        bool found = is_form(message, trust, &form);
        if (found)
            set_person(message, form.visitor, PERSON_FORM);
        form_clear(&form);
        if (found)
            return;
    }
    set_person(message, message->from, PERSON_FROM);
}

const char *person_source_name(PersonSource source)
{
    static const char *const names[] = {
        [PERSON_FROM] = "from",
        [PERSON_REPLY_TO] = "reply_to",
        [PERSON_FORM] = "form",
    };
    return names[source];
}

bool message_person_is_proven(const Message *message)
{
    return message->authentication.proven &&
           strcmp(message->person->address, message->from->address) == 0;
}
