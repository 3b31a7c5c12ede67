/* The CRM as everybody else sees it: customers by address, whoever swaps the file under it.
 *
 * A lookup takes a reader of its own from a lender, so none waits for another.  Any thread. */
#include "crm/crm.h"

#include "base/lender.h"
#include "crm/crm_sqlite.h"
#include "mail/address.h"

struct Crm {
    Lender *readers;
    GHashTable *freemail; /* set of domains and addresses */
};

static GHashTable *set_of(const char *const *words)
{
    GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (; words && *words; words++)
        g_hash_table_add(set, g_strdup(*words));
    return set;
}

static gpointer open_reader(const char *path, GError **error)
{
    return crm_reader_open(path, error);
}

static void close_reader(gpointer reader)
{
    crm_reader_close(reader);
}

Crm *crm_open(const char *path, const char *const *freemail)
{
    Crm *crm = g_new0(Crm, 1);

    crm->freemail = set_of(freemail);
    crm->readers = lender_new(path, open_reader, close_reader, "'triagectl crm import' makes one");
    return crm;
}

void crm_close(Crm *crm)
{
    if (!crm)
        return;
    lender_free(crm->readers);
    g_hash_table_unref(crm->freemail);
    g_free(crm);
}

bool crm_check(Crm *crm, GError **error)
{
    Loan *loan = lender_take(crm->readers, error);

    if (loan)
        lender_give_back(crm->readers, loan);
    return loan != NULL;
}

/* The domain that may speak for an address, NULL if anybody can have one there. */
static const char *company_domain(const Crm *crm, const char *address)
{
    const char *domain = address_domain(address);

    if (g_hash_table_contains(crm->freemail, domain) ||
        g_hash_table_contains(crm->freemail, address))
        return NULL;
    return domain;
}

Customer *crm_find(Crm *crm, const char *address, gint64 now, GError **error)
{
    g_autofree char *folded = address_fold(address);
    Loan *loan;
    Customer *customer;

    if (*folded == '\0')
        return customer_new();
    loan = lender_take(crm->readers, error);
    if (!loan)
        return NULL;
    customer = crm_reader_find(loan->handle, folded, company_domain(crm, folded), now, error);
    lender_give_back(crm->readers, loan);
    return customer;
}

Customer *crm_get(Crm *crm, const char *customer_id, gint64 now, GError **error)
{
    Loan *loan = lender_take(crm->readers, error);
    Customer *customer;

    if (!loan)
        return NULL;
    customer = crm_reader_get(loan->handle, customer_id, now, error);
    lender_give_back(crm->readers, loan);
    return customer;
}
