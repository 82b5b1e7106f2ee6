#pragma once
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <curl/curl.h>

// curl_easy_setopt, curl_multi_setopt and curl_easy_getinfo are variadic, and macros besides: one
// function for each type of argument.
static inline CURLcode ccurl_set_long(CURL *_Nonnull c, CURLoption o, long v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode ccurl_set_offset(CURL *_Nonnull c, CURLoption o, curl_off_t v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode ccurl_set_string(CURL *_Nonnull c, CURLoption o, const char *_Nullable v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode ccurl_set_bytes(CURL *_Nonnull c, CURLoption o, const void *_Nullable v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode ccurl_set_pointer(CURL *_Nonnull c, CURLoption o, void *_Nullable v) {
  return curl_easy_setopt(c, o, v);
}
static inline CURLcode ccurl_set_list(CURL *_Nonnull c, CURLoption o, struct curl_slist *_Nullable v) {
  return curl_easy_setopt(c, o, v);
}

typedef size_t (*ccurl_data_function)(char *_Nonnull, size_t, size_t, void *_Nonnull);
typedef int (*ccurl_prereq_function)(void *_Nonnull, char *_Nullable, char *_Nullable, int, int);
typedef curl_socket_t (*ccurl_open_function)(void *_Nonnull, curlsocktype,
                                             struct curl_sockaddr *_Nonnull);
typedef int (*ccurl_close_function)(void *_Nullable, curl_socket_t);
typedef int (*ccurl_progress_function)(void *_Nonnull, curl_off_t, curl_off_t, curl_off_t,
                                       curl_off_t);
static inline CURLcode ccurl_set_data_function(CURL *_Nonnull c, CURLoption o,
                                               ccurl_data_function _Nonnull f) {
  return curl_easy_setopt(c, o, f);
}
static inline CURLcode ccurl_set_prereq(CURL *_Nonnull c, ccurl_prereq_function _Nonnull f) {
  return curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, f);
}
static inline CURLcode ccurl_set_open(CURL *_Nonnull c, ccurl_open_function _Nonnull f) {
  return curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, f);
}
static inline CURLcode ccurl_set_close(CURL *_Nonnull c, ccurl_close_function _Nonnull f) {
  return curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, f);
}
static inline CURLcode ccurl_set_progress(CURL *_Nonnull c, ccurl_progress_function _Nonnull f) {
  return curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, f);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *_Nonnull m, CURLMoption o, long v) {
  return curl_multi_setopt(m, o, v);
}

static inline long ccurl_get_long(CURL *_Nonnull c, CURLINFO i) {
  long v = 0;
  return curl_easy_getinfo(c, i, &v) == CURLE_OK ? v : 0;
}
static inline int64_t ccurl_get_offset(CURL *_Nonnull c, CURLINFO i) {
  curl_off_t v = 0;
  return curl_easy_getinfo(c, i, &v) == CURLE_OK ? v : 0;
}
static inline void *_Nullable ccurl_get_private(CURL *_Nonnull c) {
  char *v = NULL;
  return curl_easy_getinfo(c, CURLINFO_PRIVATE, &v) == CURLE_OK ? v : NULL;
}

// The message has a union in it. 1: a transfer has ended, 0: none left.
static inline int ccurl_multi_next_done(CURLM *_Nonnull m, CURL *_Nullable *_Nonnull easy,
                                        CURLcode *_Nonnull code) {
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(m, &left))) {
    if (message->msg == CURLMSG_DONE) {
      *easy = message->easy_handle;
      *code = message->data.result;
      return 1;
    }
  }
  return 0;
}

// Bytes that TCP has taken in for a socket, whatever became of them; -1 where that is not known.
// glibc's struct tcp_info ends before the field; its place is fixed by Linux's linux/tcp.h (4.1).
static inline int64_t ccurl_bytes_received(int socket) {
  unsigned char info[256];
  socklen_t length = sizeof info;
  uint64_t received;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, info, &length) != 0 || length < 136) return -1;
  memcpy(&received, info + 128, sizeof received);
  return (int64_t)received;
}

// A file in memory; glibc declares memfd_create for _GNU_SOURCE alone, which Swift does not define.
int memfd_create(const char *, unsigned int);
static inline int ccurl_memory_file(void) { return memfd_create("trust", 1u /* MFD_CLOEXEC */); }
