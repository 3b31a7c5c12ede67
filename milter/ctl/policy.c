/* policy check, policy explain. */
#include "ctl/judge.h"

int ctl_policy_check(Ctl *ctl)
{
    const Site *site = ctl_site(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    for (guint i = 0; i < site->mailboxes->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        g_autofree char *names = g_strjoinv(", ", mailbox->policies);
        ctl_say(ctl, "%s: %s (%.12s)", mailbox->name, names, policy_hash(mailbox->policy));
    }
    return CTL_GOOD;
}

int ctl_policy_explain(Ctl *ctl)
{
    g_autoptr(CtlJudged) judged = ctl_judge(ctl);
    if (judged == NULL)
        return CTL_FINDINGS;
    const Judgement *judgement = judged->judgement;
    if (judgement->facts == NULL) {
        ctl_say(ctl, "seen before: decision %s stands", judgement->stored->decision_id);
        return CTL_GOOD;
    }
    g_autofree char *text = policy_explain(judgement->mailbox->policy, judgement->facts);
    if (ctl->json)
        ctl_say(ctl, "%s", g_strchomp(text));
    else
        g_print("%s", text);
    return CTL_GOOD;
}
