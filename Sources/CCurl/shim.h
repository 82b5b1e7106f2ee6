#pragma once
#include <curl/curl.h>
#include <linux/memfd.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift imports neither variadic functions nor the type-checking macros libcurl lays over them.

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_fields(CURL *easy, struct curl_slist *fields) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
}
static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list) {
  return curl_easy_setopt(easy, option, list);
}
static inline CURLcode ccurl_set_read(CURL *easy, curl_read_callback function) {
  return curl_easy_setopt(easy, CURLOPT_READFUNCTION, function);
}
static inline CURLcode ccurl_set_write(
    CURL *easy, CURLoption option, curl_write_callback function) {
  return curl_easy_setopt(easy, option, function);
}
static inline CURLcode ccurl_set_open_socket(CURL *easy, curl_opensocket_callback function) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}
static inline CURLcode ccurl_set_close_socket(CURL *easy, curl_closesocket_callback function) {
  return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
}
static inline CURLcode ccurl_set_prereq(CURL *easy, curl_prereq_callback function) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
  return curl_easy_getinfo(easy, info, value);
}

// What libcurl says of the connection in use is OpenSSL's own object. 1, the name of the protocol and
// the end of the peer's certificate in seconds since 1970 (-1: unknown); 0 where it is not secured.
static inline int ccurl_security(CURL *easy, char *name, size_t size, int64_t *ends) {
  struct curl_tlssessioninfo *session = NULL;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session) return 0;
  if (session->backend != CURLSSLBACKEND_OPENSSL || !session->internals) return 0;
  const SSL *ssl = (const SSL *)session->internals;
  strncpy(name, SSL_get_version(ssl), size - 1);
  const X509 *certificate = SSL_get0_peer_certificate(ssl);
  struct tm end;
  *ends = -1;
  if (certificate && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1) {
    // The headers declare timegm for _DEFAULT_SOURCE. Days before a month, the year from March on.
    int64_t year = end.tm_year + 1900 - (end.tm_mon < 2), era = year / 400;
    int64_t of_era = year - era * 400, from_march = (end.tm_mon + 10) % 12;
    int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
                   (153 * from_march + 2) / 5 + end.tm_mday - 1 - 719468;
    *ends = ((days * 24 + end.tm_hour) * 60 + end.tm_min) * 60 + end.tm_sec;
  }
  return 1;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode ccurl_multi_set_socket(CURLM *multi, curl_socket_callback function) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}
static inline CURLMcode ccurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback function) {
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}

// The message holds its result in a union. 1: a transfer has ended, 0: none is left.
static inline int ccurl_multi_next_ended(CURLM *multi, CURL **easy, CURLcode *code) {
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg == CURLMSG_DONE) {
      *easy = message->easy_handle;
      *code = message->data.result;
      return 1;
    }
  }
  return 0;
}

// What curl_multi_socket_action needs from Linux, in the words of libcurl.

struct ccurl_ready {
  uint64_t token;
  int events;  // CURL_CSELECT_*
};

// `what` is CURL_POLL_*, `token` comes back with each event. 0, or -1 and errno.
static inline int ccurl_epoll_change(
    int epoll, int operation, curl_socket_t socket, int what, uint64_t token) {
  struct epoll_event event = {.events = 0, .data = {.u64 = token}};
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  return epoll_ctl(epoll, operation, socket, &event);
}
static inline int ccurl_epoll_wait(
    int epoll, struct ccurl_ready *ready, int capacity, int milliseconds) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, milliseconds);
  for (int i = 0; i < count; i++) {
    ready[i].token = events[i].data.u64;
    ready[i].events = 0;
    if (events[i].events & (EPOLLIN | EPOLLHUP)) ready[i].events |= CURL_CSELECT_IN;
    if (events[i].events & EPOLLOUT) ready[i].events |= CURL_CSELECT_OUT;
    if (events[i].events & EPOLLERR) ready[i].events |= CURL_CSELECT_ERR;
  }
  return count;
}
static inline int ccurl_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
// The headers declare memfd_create and syscall for _GNU_SOURCE and _DEFAULT_SOURCE.
static inline int ccurl_memory_file(const char *name) {
  return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC);
}

// Bytes a TCP socket has received and its owner has read, TLS and all; -1 for other sockets.
// glibc's struct tcp_info ends before the counter. The kernel's only grows at its end: it is at 128.
static inline int64_t ccurl_bytes_read(curl_socket_t socket) {
  unsigned char info[256];
  socklen_t length = sizeof info;
  uint64_t received;
  int waiting = 0;
  if (getsockopt(socket, 6 /* IPPROTO_TCP */, 11 /* TCP_INFO */, info, &length) != 0) return -1;
  if (length < 136 || ioctl(socket, FIONREAD, &waiting) != 0) return -1;
  memcpy(&received, info + 128, sizeof received);
  return (int64_t)received - waiting;
}

// Whether a socket on which nothing is expected has something to read: an end, mostly.
static inline int ccurl_has_input(curl_socket_t socket) {
  struct pollfd entry = {.fd = socket, .events = POLLIN, .revents = 0};
  return poll(&entry, 1, 0) != 0;
}

// What the check of a server's certificate found. OpenSSL's own verdict stands; this looks on.
typedef struct {
  // X509_V_ERR_… of the first fault; X509_V_OK where there is none.
  int fault;
  // Of the certificate with the fault, or else of the server's own: seconds since 1970.
  int64_t not_before;
  int64_t not_after;
  // How many certificates came, and whether the server's own says where its issuer's can be had.
  int sent;
  int names_issuer;
} ccurl_certificate;

static inline int64_t ccurl_seconds(const ASN1_TIME *time) {
  struct tm parts;
  return time && ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}
static inline int ccurl_look_at_certificate(int is_good, X509_STORE_CTX *store) {
  SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
  ccurl_certificate *note = ssl ? SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) : NULL;
  X509 *certificate = X509_STORE_CTX_get_current_cert(store);
  X509 *own = X509_STORE_CTX_get0_cert(store);
  if (!note || !certificate || note->fault != X509_V_OK) return is_good;
  if (is_good && certificate != own) return is_good;
  note->fault = is_good ? X509_V_OK : X509_STORE_CTX_get_error(store);
  note->not_before = ccurl_seconds(X509_get0_notBefore(certificate));
  note->not_after = ccurl_seconds(X509_get0_notAfter(certificate));
  note->sent = sk_X509_num(X509_STORE_CTX_get0_untrusted(store));
  note->names_issuer = own && X509_get_ext_by_NID(own, NID_info_access, -1) >= 0;
  return is_good;
}
static inline CURLcode ccurl_prepare_look(CURL *easy, void *context, void *note) {
  SSL_CTX_set_app_data((SSL_CTX *)context, note);
  SSL_CTX_set_verify((SSL_CTX *)context, SSL_VERIFY_PEER, ccurl_look_at_certificate);
  (void)easy;
  return CURLE_OK;
}
// `note` must stay until the transfer has ended; NULL takes the looking back.
static inline CURLcode ccurl_look_at(CURL *easy, ccurl_certificate *note) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, note);
  if (code != CURLE_OK) return code;
  return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, note ? ccurl_prepare_look : NULL);
}
