/* What a thousand calls in flight cost, beside what the model itself takes: askers on threads of
 * their own ask a server on loopback that answers after a second.  First all at once, over cold and
 * over warm connections, then a thousand in flight for ten seconds, begun one after the other as
 * mail comes in.  Beside the time between question and answer that isn't the model's: memory and
 * threads. */
#include "slow_model.h"

#include "base/process.h"
#include "llm/llm.h"
#include "verdict/verdict.h"

#include <math.h>
#include <pthread.h>
#include <sys/resource.h>

#define ASKERS       1000
#define MODEL_US     G_USEC_PER_SEC
#define STEADY_US    (10 * G_USEC_PER_SEC)
#define DEADLINE_US  (20 * G_USEC_PER_SEC)
#define SYSTEM_BYTES 3000 /* as long as the shipped prompts */
#define USER_BYTES   8000

typedef struct {
    LlmDispatcher *dispatcher;
    const LlmModel *model;
    const LlmRequest *request;
    pthread_barrier_t gate;
    gint64 until; /* asks again until then; 0: once */
    bool over;
} Bench;

typedef struct {
    Bench *bench;
    gint64 wait;    /* before the first question */
    GArray *beyond; /* gint64: microseconds that weren't the model's */
    guint failed;
} Asker;

/* A tick is what a milter does to tell its MTA that it is alive. */
static void tick(void *data)
{
    (void)data;
}

static void ask(Asker *asker)
{
    const Bench *bench = asker->bench;
    gint64 began = g_get_monotonic_time();
    g_autoptr(LlmAnswer) answer =
        llm_ask(bench->dispatcher, bench->model, bench->request, began + DEADLINE_US, tick, NULL);
    gint64 beyond = g_get_monotonic_time() - began - answer->input_tokens;
    if (answer->outcome == LLM_OK)
        g_array_append_val(asker->beyond, beyond);
    else
        asker->failed++;
}

static void *run_asker(void *data)
{
    Asker *asker = data;
    Bench *bench = asker->bench;
    for (;;) {
        pthread_barrier_wait(&bench->gate);
        if (bench->over)
            return NULL;
        g_usleep((gulong)asker->wait);
        do
            ask(asker);
        while (g_get_monotonic_time() < bench->until);
        pthread_barrier_wait(&bench->gate);
    }
}

static int by_size(gconstpointer a, gconstpointer b)
{
    const gint64 *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static double ms_at(const GArray *sorted, double share)
{
    return (double)g_array_index(sorted, gint64, (guint)(share * (sorted->len - 1))) / 1e3;
}

static gint64 cpu_us(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * G_USEC_PER_SEC + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

/* Prints and forgets what the askers measured. */
static void report(const char *what, Asker *askers, gint64 cpu)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint failed = 0;
    for (guint i = 0; i < ASKERS; i++) {
        g_array_append_vals(all, askers[i].beyond->data, askers[i].beyond->len);
        g_array_set_size(askers[i].beyond, 0);
        failed += askers[i].failed;
        askers[i].failed = 0;
    }
    g_array_sort(all, by_size);
    if (all->len == 0)
        g_error("%s: no call was answered", what);
    printf("%-28s %7u %7u %8.2f %8.2f %8.2f %11.0f\n", what, all->len, failed, ms_at(all, 0.5),
           ms_at(all, 0.99), ms_at(all, 1), (double)cpu / all->len);
    fflush(stdout);
}

/* One question each; `spread` microseconds lie between the first and the last of the askers. */
static void run(Bench *bench, Asker *askers, const char *what, gint64 spread, gint64 lasts)
{
    for (guint i = 0; i < ASKERS; i++)
        askers[i].wait = spread * i / ASKERS;
    gint64 cpu = cpu_us();
    bench->until = lasts ? g_get_monotonic_time() + lasts : 0;
    pthread_barrier_wait(&bench->gate);
    pthread_barrier_wait(&bench->gate);
    report(what, askers, cpu_us() - cpu);
}

/* "VmHWM", "VmRSS" in KB, "Threads". */
static glong process_status(const char *name)
{
    g_autofree char *text = NULL;
    g_file_get_contents("/proc/self/status", &text, NULL, NULL);
    const char *line = text ? strstr(text, name) : NULL;
    return line ? strtol(line + strlen(name) + 1, NULL, 10) : -1;
}

static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file)
        fputs("5", file);
    if (!file || fclose(file) != 0)
        printf("the peak of memory is that of the whole process\n");
}

static char *prose(gsize length)
{
    GString *text = g_string_new(NULL);
    while (text->len < length)
        g_string_append(text, "The order has not arrived, and nobody answers \"the phone\".\n");
    return g_string_free(text, FALSE);
}

static cJSON *shipped_schema(void)
{
    g_autoptr(Diags) diags = diags_new();
    ConfTree *tree = conf_read_file("conf/fields.conf", diags);
    g_autoptr(FieldTable) fields = field_table_load(tree->items, diags);
    const VerdictQuestion question = { .fields = fields, .asks = FIELD_FOR_BOTH };
    conf_tree_free(tree);
    return verdict_schema(&question);
}

static void measure(Bench *bench)
{
    static Asker askers[ASKERS];
    pthread_t threads[ASKERS];
    glong before = process_status("Threads:");
    pthread_barrier_init(&bench->gate, NULL, ASKERS + 1);
    for (guint i = 0; i < ASKERS; i++) {
        askers[i] = (Asker){ .bench = bench, .beyond = g_array_new(FALSE, FALSE, sizeof(gint64)) };
        if (pthread_create(&threads[i], NULL, run_asker, &askers[i]) != 0)
            g_error("can't start %d threads", ASKERS);
    }
    forget_peak();
    glong resident = process_status("VmRSS:");
    printf("%-28s %7s %7s %8s %8s %8s %11s\n", "ms beyond the model's own", "calls", "failed",
           "p50", "p99", "most", "CPU us/call");
    run(bench, askers, "all at once, cold", 0, 0);
    run(bench, askers, "all at once, warm", 0, 0);
    run(bench, askers, "1,000 in flight for 10 s", MODEL_US, STEADY_US);
    printf("memory +%.1f MB at most, of %.1f MB; threads: %ld, and one for each asker\n",
           (double)(process_status("VmHWM:") - resident) / 1024, (double)resident / 1024, before);
    bench->over = true;
    pthread_barrier_wait(&bench->gate);
    for (guint i = 0; i < ASKERS; i++) {
        pthread_join(threads[i], NULL);
        g_array_free(askers[i].beyond, TRUE);
    }
    pthread_barrier_destroy(&bench->gate);
}

int main(void)
{
    SlowModel server = slow_model_start(MODEL_US);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/v1/chat/completions", server.port);
    g_autofree char *system = prose(SYSTEM_BYTES), *user = prose(USER_BYTES);
    g_autoptr(cJSON) schema = shipped_schema();
    LlmModel model = { .name = (char *)"slow",
                       .model = (char *)"slow",
                       .url = url,
                       .key = (char *)"",
                       .max_response_bytes = 64 * 1024 };
    const LlmRequest request = { .system = system,
                                 .user = user,
                                 .schema = schema,
                                 .schema_name = "triage",
                                 .max_tokens = 500,
                                 .temperature = NAN };
    while (strcmp(llm_api_names[model.api], "openai") != 0)
        model.api++;
    process_raise_limits();
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    Bench bench = { .dispatcher = dispatcher, .model = &model, .request = &request };
    measure(&bench);
    slow_model_stop(&server);
    return 0;
}
