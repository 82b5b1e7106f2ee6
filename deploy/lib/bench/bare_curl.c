// bare_curl CA_FILE BODY_FILE URL_FORMAT HOSTS COUNT CONCURRENCY: sends COUNT requests as a worker
// sends deliveries, through one curl_multi, and nothing else: no database, no signature, no check of
// addresses. `%03d` in URL_FORMAT becomes the host's number, 1 to HOSTS, in turn.
//
// Prints the seconds from the first request to the last answer, and the processor's microseconds for
// each request.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char *ca_file, *url_format;
static char body[65536];
static long body_length;
static int hosts;
static struct curl_slist *fields;

static void fail(const char *what) {
  fprintf(stderr, "bare_curl: %s\n", what);
  exit(1);
}

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
         + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static size_t drop(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes;
  (void)context;
  return size * count;
}

static CURL *new_handle(void) {
  CURL *easy = curl_easy_init();
  if (!easy) fail("no handle");
  curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 15000L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, body_length);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
  return easy;
}

static void start(CURLM *multi, CURL *easy, long number) {
  char url[512];
  snprintf(url, sizeof url, url_format, (int)(number % hosts) + 1);
  curl_easy_setopt(easy, CURLOPT_URL, url);
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) fail("a request cannot be started");
}

static void check(CURLMsg *message) {
  long status = 0;
  curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
  if (message->data.result != CURLE_OK) fail(curl_easy_strerror(message->data.result));
  if (status != 200) fail("an answer other than 200");
}

static void read_body(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("the body cannot be read");
  body_length = (long)fread(body, 1, sizeof body, file);
  fclose(file);
}

int main(int count, char **arguments) {
  if (count != 7) fail("CA_FILE BODY_FILE URL_FORMAT HOSTS COUNT CONCURRENCY");
  ca_file = arguments[1];
  read_body(arguments[2]);
  url_format = arguments[3];
  hosts = atoi(arguments[4]);
  long requests = atol(arguments[5]), concurrency = atol(arguments[6]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const char *lines[] = {
      "content-type: application/json", "user-agent: Patchbay/0.0.0",
      "webhook-id: 01934f7e-0000-7000-8000-000000000000", "webhook-timestamp: 1700000000",
      "webhook-signature: v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Accept:", "Expect:"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    fields = curl_slist_append(fields, lines[i]);
  }

  CURLM *multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, concurrency);
  double began = seconds(), processor_began = processor_seconds();
  long started = 0, ended = 0;
  while (started < concurrency && started < requests) start(multi, new_handle(), started++);
  while (ended < requests) {
    int running, left;
    CURLMsg *message;
    curl_multi_perform(multi, &running);
    while ((message = curl_multi_info_read(multi, &left))) {
      if (message->msg != CURLMSG_DONE) continue;
      check(message);
      CURL *easy = message->easy_handle;
      curl_multi_remove_handle(multi, easy);
      ended++;
      if (started < requests) start(multi, easy, started++);
    }
    if (ended < requests) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  printf("%.6f %.3f\n", seconds() - began,
         (processor_seconds() - processor_began) / (double)requests * 1e6);
  return 0;
}
