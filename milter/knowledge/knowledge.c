/* The knowledge as everybody else sees it: passages for a text, whoever builds the index anew.
 *
 * A search takes a reader of its own from a lender, so none waits for another.  Any thread. */
#include "knowledge/knowledge.h"

#include "base/lender.h"
#include "knowledge/reader.h"

struct Knowledge {
    Lender *readers;
};

static gpointer open_reader(const char *path, GError **error)
{
    return knowledge_reader_open(path, error);
}

static void close_reader(gpointer reader)
{
    knowledge_reader_close(reader);
}

Knowledge *knowledge_open(const char *path, GError **error)
{
    g_autoptr(Knowledge) knowledge = g_new0(Knowledge, 1);
    Loan *loan;

    knowledge->readers =
        lender_new(path, open_reader, close_reader, "'triagectl knowledge index' makes one");
    loan = lender_take(knowledge->readers, error);
    if (!loan)
        return NULL;
    lender_give_back(knowledge->readers, loan);
    return g_steal_pointer(&knowledge);
}

void knowledge_close(Knowledge *knowledge)
{
    if (!knowledge)
        return;
    lender_free(knowledge->readers);
    g_free(knowledge);
}

GPtrArray *knowledge_search(Knowledge *knowledge, const char *text, const char *mailbox,
                            gint64 budget, guint max, GError **error)
{
    Loan *loan = lender_take(knowledge->readers, error);
    GPtrArray *passages;

    if (!loan)
        return NULL;
    passages = knowledge_reader_search(loan->handle, text, mailbox, budget, max, error);
    lender_give_back(knowledge->readers, loan);
    return passages;
}
