/* A libnvidia-ml.so.1 that says what a script tells it to say.
 *
 * The script is the file named by JUPYTER_GREEN_STUB; gpu.py writes it and describes its lines. It is looked at anew
 * in every call (one stat), so it can be replaced while a process runs. Without it the driver counts as not loaded.
 * Energy is the exact integral of the scripted power, as in curve.py. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SUCCESS, UNINITIALIZED, INVALID_ARGUMENT, NOT_SUPPORTED, NOT_FOUND = 6, INSUFFICIENT_SIZE, DRIVER_NOT_LOADED = 9 };
enum { GPUS = 16, POINTS = 4096, PROCESSES = 64, EVENTS = 64, MIGS = 7, EVERY = -1, FIRST_MIG = 1000 };
enum { FIELD_ENERGY = 83, FIELD_POWER_INSTANT = 186, TYPE_UINT = 1, TYPE_ULL = 3 };

typedef void *Handle;
typedef struct { unsigned pid; unsigned long long memory; unsigned gpu_instance, compute_instance; } ProcessInfo;
typedef struct { unsigned pid; unsigned long long time_us; unsigned sm, mem, enc, dec; } ProcessSample;
typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned gpu, memory; } Utilisation;
typedef struct { unsigned sm, copy, dec, enc, jpeg, ofa, gpu_slices, compute_slices; unsigned long long memory_mb; } Attributes;
typedef struct { unsigned id, p2p, slices, instances, sm, copy, dec, enc, jpeg, ofa; unsigned long long memory_mb; } ProfileInfo;
typedef union { double d; unsigned ui; unsigned long ul; unsigned long long ull; long long sll; int si; unsigned short us; } Value;
typedef struct { unsigned field, scope; long long time_us, latency_us; int type, rc; Value value; } FieldValue;

typedef struct {
    char name[96], uuid[96], mig[MIGS][96];
    int capability, linear, points, processes, migs, slices, mig_slices[MIGS], on_mig[PROCESSES];
    int64_t at[POINTS], tick, sensor;
    double watts[POINTS];
    uint64_t base_mj, wrap_mj, memory_total, memory_used;
    unsigned limit_mw, pid[PROCESSES], sm[PROCESSES];
} Gpu;
typedef struct { int device, delay, amount; int64_t from, to; char function[64]; } Event;

static Gpu gpus[GPUS];
static Event events[EVENTS];
static int gpu_count, event_count, initialised;
static int64_t virtual_now;
static struct stat loaded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t now_ns(void) {
    struct timespec t;
    if (virtual_now >= 0) return virtual_now;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void parse(FILE *script) {
    char line[256], key[32];
    Gpu *g = NULL;
    gpu_count = event_count = 0;
    virtual_now = -1;
    while (fgets(line, sizeof line, script)) {
        int used = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%31s %n", key, &used) != 1) continue;
        const char *rest = line + used;
        if (!strcmp(key, "clock")) virtual_now = atoll(rest);
        else if ((!strcmp(key, "fault") || !strcmp(key, "delay")) && event_count < EVENTS) {
            Event *e = &events[event_count++];
            long long from, to;
            e->delay = key[0] == 'd';
            sscanf(rest, "%d %63s %d %lld %lld", &e->device, e->function, &e->amount, &from, &to);
            e->from = from; e->to = to;
        } else if (!strcmp(key, "gpu") && gpu_count < GPUS) {
            g = &gpus[gpu_count++];
            memset(g, 0, sizeof *g);
        } else if (!g) continue;
        else if (!strcmp(key, "name")) snprintf(g->name, sizeof g->name, "%.95s", rest);
        else if (!strcmp(key, "uuid")) snprintf(g->uuid, sizeof g->uuid, "%.95s", rest);
        else if (!strcmp(key, "mig") && g->migs < MIGS) {
            char uuid[96] = "";
            g->mig_slices[g->migs] = 1;
            sscanf(rest, "%95s %d", uuid, &g->mig_slices[g->migs]);
            snprintf(g->mig[g->migs++], sizeof g->mig[0], "%s", uuid);
        } else if (!strcmp(key, "slices")) g->slices = atoi(rest);
        else if (!strcmp(key, "sensor")) g->sensor = atoll(rest);
        else if (!strcmp(key, "linear")) g->linear = atoi(rest);
        else if (!strcmp(key, "tick")) g->tick = atoll(rest);
        else if (!strcmp(key, "base")) g->base_mj = strtoull(rest, NULL, 10);
        else if (!strcmp(key, "wrap")) g->wrap_mj = strtoull(rest, NULL, 10);
        else if (!strcmp(key, "limit")) g->limit_mw = strtoul(rest, NULL, 10);
        else if (!strcmp(key, "memory")) {
            char *end;
            g->memory_total = strtoull(rest, &end, 10);
            g->memory_used = strtoull(end, NULL, 10);
        } else if (!strcmp(key, "point") && g->points < POINTS) {
            char *end;
            g->at[g->points] = strtoll(rest, &end, 10);
            g->watts[g->points++] = strtod(end, NULL);
        } else if (!strcmp(key, "process") && g->processes < PROCESSES) {
            char pid[16] = "";
            g->on_mig[g->processes] = -1;
            sscanf(rest, "%15s %u %d", pid, &g->sm[g->processes], &g->on_mig[g->processes]);
            g->pid[g->processes++] = strcmp(pid, "caller") ? (unsigned)atol(pid) : (unsigned)getpid();
        }
    }
}

static int load(void) {
    const char *path = getenv("JUPYTER_GREEN_STUB");
    struct stat found;
    if (!path || stat(path, &found)) return DRIVER_NOT_LOADED;
    if (found.st_ino == loaded.st_ino && found.st_mtim.tv_sec == loaded.st_mtim.tv_sec &&
        found.st_mtim.tv_nsec == loaded.st_mtim.tv_nsec && found.st_size == loaded.st_size)
        return SUCCESS;
    FILE *script = fopen(path, "r");
    if (!script) return DRIVER_NOT_LOADED;
    fstat(fileno(script), &loaded);
    parse(script);
    fclose(script);
    return SUCCESS;
}

static double watts(const Gpu *g, int64_t t) {
    int i = g->points - 1;
    while (i >= 0 && g->at[i] > t) i--;
    if (i < 0) return g->points ? g->watts[0] : 0;
    if (!g->linear || i == g->points - 1) return g->watts[i];
    return g->watts[i] + (g->watts[i + 1] - g->watts[i]) * (double)(t - g->at[i]) / (double)(g->at[i + 1] - g->at[i]);
}

static double joules(const Gpu *g, int64_t t) {
    double total = 0;
    int last = g->points - 1;
    if (last < 0) return 0;
    if (t <= g->at[0]) return g->watts[0] * (double)(t - g->at[0]) * 1e-9;
    for (int i = 0; i < last && t > g->at[i]; i++) {
        int64_t until = g->at[i + 1] < t ? g->at[i + 1] : t, span = g->at[i + 1] - g->at[i];
        double closing = g->watts[i];
        if (g->linear && span > 0) closing += (g->watts[i + 1] - g->watts[i]) * (double)(until - g->at[i]) / (double)span;
        total += (g->watts[i] + closing) / 2 * (double)(until - g->at[i]) * 1e-9;
    }
    return t > g->at[last] ? total + g->watts[last] * (double)(t - g->at[last]) * 1e-9 : total;
}

static unsigned long long millijoules(const Gpu *g) {
    int64_t t = now_ns();
    if (g->tick > 0) t -= t % g->tick;
    double used = joules(g, t) * 1e3 + (double)g->base_mj;
    unsigned long long count = used > 0 ? (unsigned long long)used : 0;
    return g->wrap_mj ? count % g->wrap_mj : count;
}

/* The sensor: live, or moving with the counter and then the mean of the time just before. */
static unsigned milliwatts(const Gpu *g) {
    int64_t t = now_ns();
    if (!g->sensor) return (unsigned)(watts(g, t) * 1e3 + 0.5);
    if (g->tick > 0) t -= t % g->tick;
    return (unsigned)((joules(g, t) - joules(g, t - g->sensor)) / ((double)g->sensor * 1e-9) * 1e3 + 0.5);
}

/* What the script says of this call now: the sum of its delays in ms, or the code of its first fault. */
static int scripted(const char *function, int device, int delays) {
    int64_t now = now_ns();
    int amount = 0;
    for (int i = 0; i < event_count && (delays || !amount); i++) {
        const Event *e = &events[i];
        if (e->delay != delays || now < e->from || now >= e->to) continue;
        if (e->device != EVERY && e->device != device) continue;
        if (!strcmp(e->function, "*") || !strcmp(e->function, function)) amount += e->amount;
    }
    return amount;
}

/* Plays the scripted delay and fault of one call. Returns with the lock held when the answer is SUCCESS. */
static int enter(const char *function, int device) {
    int rc, delay = 0;
    pthread_mutex_lock(&lock);
    rc = load();
    if (rc == SUCCESS && !initialised && strncmp(function, "nvmlInit", 8)) rc = UNINITIALIZED;
    if (rc == SUCCESS && device >= gpu_count) rc = INVALID_ARGUMENT;
    if (rc != DRIVER_NOT_LOADED) delay = scripted(function, device, 1);
    if (rc == SUCCESS) rc = scripted(function, device, 0);
    pthread_mutex_unlock(&lock);
    if (delay) nanosleep(&(struct timespec){delay / 1000, delay % 1000 * 1000000L}, NULL);
    if (rc == SUCCESS) {
        pthread_mutex_lock(&lock);
        load();
    }
    return rc;
}

static int leave(int rc) {
    pthread_mutex_unlock(&lock);
    return rc;
}

static int board(Handle h) {
    intptr_t n = (intptr_t)h;
    return (int)(n >= FIRST_MIG ? (n - FIRST_MIG) / MIGS : n - 1);
}

#define ENTER(function, device) do { int rc_ = enter(function, device); if (rc_) return rc_; } while (0)
#define GPU(h) (&gpus[board(h)])

/* Which MIG instance a handle is; -1 for a GPU. */
static int instance(Handle h) {
    intptr_t n = (intptr_t)h;
    return n >= FIRST_MIG ? (int)((n - FIRST_MIG) % MIGS) : -1;
}

int nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    ENTER("nvmlInitWithFlags", EVERY);
    initialised++;
    return leave(SUCCESS);
}
int nvmlInit_v2(void) { return nvmlInitWithFlags(0); }
int nvmlShutdown(void) {
    ENTER("nvmlShutdown", EVERY);
    initialised--;
    return leave(SUCCESS);
}
const char *nvmlErrorString(int rc) { (void)rc; return "scripted error"; }

int nvmlSystemGetDriverVersion(char *text, unsigned size) {
    ENTER("nvmlSystemGetDriverVersion", EVERY);
    snprintf(text, size, "570.00");
    return leave(SUCCESS);
}
int nvmlDeviceGetCount_v2(unsigned *count) {
    ENTER("nvmlDeviceGetCount", EVERY);
    *count = (unsigned)gpu_count;
    return leave(SUCCESS);
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, Handle *h) {
    ENTER("nvmlDeviceGetHandleByIndex", (int)index);
    *h = (Handle)(intptr_t)(index + 1);
    return leave(SUCCESS);
}
int nvmlDeviceGetHandleByUUID(const char *uuid, Handle *h) {
    ENTER("nvmlDeviceGetHandleByUUID", EVERY);
    for (int i = 0; i < gpu_count; i++) {
        if (!strcmp(uuid, gpus[i].uuid)) { *h = (Handle)(intptr_t)(i + 1); return leave(SUCCESS); }
        for (int m = 0; m < gpus[i].migs; m++)
            if (!strcmp(uuid, gpus[i].mig[m])) { *h = (Handle)(intptr_t)(FIRST_MIG + i * MIGS + m); return leave(SUCCESS); }
    }
    return leave(NOT_FOUND);
}
int nvmlDeviceGetDeviceHandleFromMigDeviceHandle(Handle mig, Handle *h) {
    ENTER("nvmlDeviceGetDeviceHandleFromMigDeviceHandle", board(mig));
    *h = (Handle)(intptr_t)(board(mig) + 1);
    return leave(SUCCESS);
}
int nvmlDeviceGetIndex(Handle h, unsigned *index) {
    ENTER("nvmlDeviceGetIndex", board(h));
    *index = (unsigned)board(h);
    return leave(SUCCESS);
}
int nvmlDeviceGetName(Handle h, char *text, unsigned size) {
    ENTER("nvmlDeviceGetName", board(h));
    snprintf(text, size, "%s", GPU(h)->name);
    return leave(SUCCESS);
}
int nvmlDeviceGetUUID(Handle h, char *text, unsigned size) {
    ENTER("nvmlDeviceGetUUID", board(h));
    snprintf(text, size, "%s", GPU(h)->uuid);
    return leave(SUCCESS);
}
int nvmlDeviceGetTotalEnergyConsumption(Handle h, unsigned long long *mj) {
    ENTER("nvmlDeviceGetTotalEnergyConsumption", board(h));
    *mj = millijoules(GPU(h));
    return leave(SUCCESS);
}
int nvmlDeviceGetPowerUsage(Handle h, unsigned *mw) {
    ENTER("nvmlDeviceGetPowerUsage", board(h));
    *mw = milliwatts(GPU(h));
    return leave(SUCCESS);
}
int nvmlDeviceGetFieldValues(Handle h, int count, FieldValue *values) {
    ENTER("nvmlDeviceGetFieldValues", board(h));
    for (int i = 0; i < count; i++) {
        FieldValue *v = &values[i];
        v->rc = v->field == FIELD_POWER_INSTANT ? scripted("NVML_FI_DEV_POWER_INSTANT", board(h), 0) : SUCCESS;
        v->time_us = now_ns() / 1000;
        v->latency_us = 0;
        if (v->rc != SUCCESS) continue;
        if (v->field == FIELD_POWER_INSTANT) {
            v->type = TYPE_UINT;
            v->value.ui = milliwatts(GPU(h));
        } else if (v->field == FIELD_ENERGY) {
            v->type = TYPE_ULL;
            v->value.ull = millijoules(GPU(h));
        } else v->rc = NOT_SUPPORTED;
    }
    return leave(SUCCESS);
}
int nvmlDeviceGetEnforcedPowerLimit(Handle h, unsigned *mw) {
    ENTER("nvmlDeviceGetEnforcedPowerLimit", board(h));
    *mw = GPU(h)->limit_mw;
    return leave(SUCCESS);
}
int nvmlDeviceGetPowerManagementLimit(Handle h, unsigned *mw) {
    ENTER("nvmlDeviceGetPowerManagementLimit", board(h));
    *mw = GPU(h)->limit_mw;
    return leave(SUCCESS);
}
int nvmlDeviceGetCudaComputeCapability(Handle h, int *major, int *minor) {
    ENTER("nvmlDeviceGetCudaComputeCapability", board(h));
    if (!GPU(h)->capability) return leave(NOT_SUPPORTED);
    *major = GPU(h)->capability / 10;
    *minor = GPU(h)->capability % 10;
    return leave(SUCCESS);
}
int nvmlDeviceGetMemoryInfo(Handle h, Memory *memory) {
    ENTER("nvmlDeviceGetMemoryInfo", board(h));
    *memory = (Memory){GPU(h)->memory_total, GPU(h)->memory_total - GPU(h)->memory_used, GPU(h)->memory_used};
    return leave(SUCCESS);
}
int nvmlDeviceGetUtilizationRates(Handle h, Utilisation *u) {
    ENTER("nvmlDeviceGetUtilizationRates", board(h));
    if (GPU(h)->migs) return leave(NOT_SUPPORTED);
    *u = (Utilisation){0, 0};
    for (int i = 0; i < GPU(h)->processes; i++) u->gpu += GPU(h)->sm[i];
    if (u->gpu > 100) u->gpu = 100;
    return leave(SUCCESS);
}
int nvmlDeviceGetComputeRunningProcesses_v3(Handle h, unsigned *count, ProcessInfo *infos) {
    ENTER("nvmlDeviceGetComputeRunningProcesses", board(h));
    const Gpu *g = GPU(h);
    int which = instance(h), found = 0, room = (int)*count;
    for (int i = 0; i < g->processes; i++) {
        if (which >= 0 && g->on_mig[i] != which) continue;
        if (infos && found < room) infos[found] = (ProcessInfo){g->pid[i], g->memory_used / (unsigned)g->processes, ~0u, ~0u};
        found++;
    }
    *count = (unsigned)found;
    return leave(!found || (infos && found <= room) ? SUCCESS : INSUFFICIENT_SIZE);
}
int nvmlDeviceGetProcessUtilization(Handle h, ProcessSample *samples, unsigned *count, unsigned long long since_us) {
    ENTER("nvmlDeviceGetProcessUtilization", board(h));
    const Gpu *g = GPU(h);
    struct timespec t;
    int found = 0, room = (int)*count;
    clock_gettime(CLOCK_REALTIME, &t);
    unsigned long long now_us = (unsigned long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
    if (g->migs) return leave(NOT_SUPPORTED);
    for (int i = 0; i < g->processes && now_us > since_us; i++) {
        if (!g->sm[i]) continue; /* as the driver: a process that did nothing has no sample */
        if (samples && found < room) samples[found] = (ProcessSample){g->pid[i], now_us, g->sm[i], 0, 0, 0};
        found++;
    }
    *count = (unsigned)found;
    return leave(!found ? NOT_FOUND : samples && found <= room ? SUCCESS : INSUFFICIENT_SIZE);
}
int nvmlDeviceGetMigMode(Handle h, unsigned *current, unsigned *pending) {
    ENTER("nvmlDeviceGetMigMode", board(h));
    if (!GPU(h)->slices) return leave(NOT_SUPPORTED);
    *current = *pending = GPU(h)->migs > 0;
    return leave(SUCCESS);
}
int nvmlDeviceGetMaxMigDeviceCount(Handle h, unsigned *count) {
    ENTER("nvmlDeviceGetMaxMigDeviceCount", board(h));
    *count = GPU(h)->migs ? (unsigned)GPU(h)->slices : 0; /* the smallest instance is one slice */
    return leave(SUCCESS);
}
int nvmlDeviceGetMigDeviceHandleByIndex(Handle h, unsigned index, Handle *mig) {
    ENTER("nvmlDeviceGetMigDeviceHandleByIndex", board(h));
    if ((int)index >= GPU(h)->migs) return leave(NOT_FOUND);
    *mig = (Handle)(intptr_t)(FIRST_MIG + board(h) * MIGS + (int)index);
    return leave(SUCCESS);
}
int nvmlDeviceGetAttributes_v2(Handle h, Attributes *attributes) {
    ENTER("nvmlDeviceGetAttributes", board(h));
    if (instance(h) < 0) return leave(NOT_SUPPORTED);
    unsigned slices = (unsigned)GPU(h)->mig_slices[instance(h)];
    *attributes = (Attributes){.gpu_slices = slices, .compute_slices = slices};
    return leave(SUCCESS);
}
int nvmlDeviceGetGpuInstanceProfileInfo(Handle h, unsigned profile, ProfileInfo *info) {
    static const int slices_of[] = {1, 2, 3, 4, 7, 8, 6};
    ENTER("nvmlDeviceGetGpuInstanceProfileInfo", board(h));
    if (profile > 6 || slices_of[profile] > GPU(h)->slices) return leave(NOT_SUPPORTED);
    *info = (ProfileInfo){.id = profile, .slices = (unsigned)slices_of[profile]};
    return leave(SUCCESS);
}
