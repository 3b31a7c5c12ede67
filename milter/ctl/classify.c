/* classify: what the daemon would decide, and the headers it would write. */
#include "base/json.h"
#include "ctl/judge.h"

static cJSON *judged_to_json(const Judgement *judgement, const char *plan, const char *edits)
{
    cJSON *object = cJSON_CreateObject();
    const Classification *classification = judgement->classification;
    cJSON_AddStringToObject(object, "mailbox", judgement->mailbox->name);
    cJSON_AddStringToObject(object, "match", customer_match_name(judgement->customer->match));
    if (classification != NULL) {
        cJSON_AddStringToObject(object, "status", status_name(classification->status));
        cJSON_AddStringToObject(object, "engine", classification->engine);
        cJSON_AddStringToObject(object, "why", classification->why);
        cJSON_AddItemToObject(object, "verdict", verdict_to_json(judgement->verdict));
    } else {
        cJSON_AddStringToObject(object, "status", "duplicate");
    }
    cJSON_AddStringToObject(object, "plan", plan);
    cJSON_AddStringToObject(object, "edits", edits);
    return object;
}

static char *edits_text(const CtlJudged *judged)
{
    Mark mark;
    GString *text = g_string_new(NULL);
    judgement_mark(judged->judgement, judged->message, judged->judgement->mailbox->headers, &mark);
    const MarkRoute route = { mark.plan, judged->submission->envelope->recipients };
    g_autoptr(GPtrArray) edits = mark_edits(&mark, NULL, 0, &route, 1);
    mark_apply(edits, &edit_recorder, text);
    return g_string_free(text, FALSE);
}

static void print_judged(const Judgement *judgement, const char *plan, const char *edits)
{
    if (judgement->verdict != NULL) {
        g_autoptr(cJSON) verdict = verdict_to_json(judgement->verdict);
        g_autofree char *text = json_print_pretty(verdict);
        g_print("verdict %s\n\n", text);
    }
    g_print("plan\n%s\nedits\n%s", plan, edits);
}

int ctl_classify(Ctl *ctl)
{
    g_autoptr(CtlJudged) judged = ctl_judge(ctl);
    if (judged == NULL)
        return CTL_FINDINGS;
    const Judgement *judgement = judged->judgement;
    const Plan *plan = judgement->stored != NULL ? judgement->stored->plan : judgement->plan;
    g_autofree char *plan_text = plan_to_text(plan);
    g_autofree char *edits = edits_text(judged);
    if (ctl->json)
        ctl_print_json(judged_to_json(judgement, plan_text, edits));
    else
        print_judged(judgement, plan_text, edits);
    return CTL_GOOD;
}
