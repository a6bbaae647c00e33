/**
 * @file stskit.hpp
 * @brief stskit for C++17: the handles of stskit.h as objects that end themselves, failures as exceptions.
 *
 * Header-only; nothing but calls of stskit.h, so it works with any build of the library. What a function
 * does, may block on and answers is told there.
 *
 * @code
 * stskit::client client;  // the default chain
 * auto creds = client.get_credentials();
 * std::cout << "export AWS_ACCESS_KEY_ID=" << creds.access_key_id() << '\n';
 * @endcode
 *
 * Objects can be moved, not copied. A `const` member function may be called by several threads at once.
 * Texts are std::string_view into the object they came from: they live as long as it does. Texts that go in
 * are copied; one with a NUL in it is an error, never cut. Exceptions that a callback throws do not cross the
 * library: the call it ended throws them again, and so does another one that waited for the same answer.
 */
#ifndef STSKIT_HPP
#define STSKIT_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stskit.h"

namespace stskit {

namespace detail {

inline std::optional<std::string_view> view(const char *text) noexcept {
    return text != nullptr ? std::optional<std::string_view>(text) : std::nullopt;
}

/** Names with values, of a handle that has them by number. */
using pairs = std::vector<std::pair<std::string_view, std::string_view>>;

template <class T, class Count, class Name, class Value>
pairs collect(const T *handle, Count count, Name name, Value value) {
    pairs found;
    found.reserve(count(handle));
    for (std::size_t at = 0; at < count(handle); ++at) {
        found.emplace_back(name(handle, at), value(handle, at));
    }
    return found;
}

} // namespace detail

/** A failure: the fields of stskit_error. what() is its message. */
class error : public std::runtime_error {
public:
    /** Takes the story over from the C handle, and ends it. */
    explicit error(stskit_status status, stskit_error *raw)
        : std::runtime_error(raw != nullptr ? stskit_error_message(raw) : stskit_status_name(status)),
          fields_(std::make_shared<fields>(status, raw)) {}
    /** A failure that was found on this side. */
    error(stskit_status status, const std::string &message)
        : std::runtime_error(message), fields_(std::make_shared<fields>(status, nullptr)) {}

    /** STSKIT_STATUS_...: what to do about it. */
    stskit_status status() const noexcept { return fields_->status; }
    /** The name of the status: "NO_CREDENTIALS". */
    std::string_view status_name() const noexcept { return stskit_status_name(status()); }
    /** STSKIT_DETAIL_...: a finer reason. */
    std::int32_t detail() const noexcept { return stskit_error_detail(raw()); }
    /** The service's error code. */
    std::optional<std::string_view> code() const noexcept { return stskit::detail::view(stskit_error_code(raw())); }
    /** The service's own words. */
    std::optional<std::string_view> service_message() const noexcept {
        return stskit::detail::view(stskit_error_service_message(raw()));
    }
    /** Whose fault the service says it is: "Sender" or "Receiver". */
    std::optional<std::string_view> fault() const noexcept { return stskit::detail::view(stskit_error_fault(raw())); }
    /** The texts of the service's error: "error_description". */
    std::vector<std::pair<std::string_view, std::string_view>> members() const {
        return detail::collect(raw(), stskit_error_member_count, stskit_error_member_name, stskit_error_member_value);
    }
    /** The headers of the service's answer, names in lower case. */
    std::vector<std::pair<std::string_view, std::string_view>> headers() const {
        return detail::collect(raw(), stskit_error_header_count, stskit_error_header_name, stskit_error_header_value);
    }
    /** The operation that failed. */
    std::optional<std::string_view> operation() const noexcept { return stskit::detail::view(stskit_error_operation(raw())); }
    /** What AWS Support asks for. */
    std::optional<std::string_view> request_id() const noexcept { return stskit::detail::view(stskit_error_request_id(raw())); }
    /** HTTP status; 0 if no service answered. */
    int http_status() const noexcept { return stskit_error_http_status(raw()); }
    /** Requests sent. */
    std::uint32_t attempts() const noexcept { return stskit_error_attempts(raw()); }
    /** May another try in a while mend it? */
    bool is_retryable() const noexcept { return stskit_error_is_retryable(raw()); }
    /** The command that signs in, if that is what is missing. */
    std::optional<std::string_view> login_command() const noexcept { return stskit::detail::view(stskit_error_login_command(raw())); }
    /** Where to sign in: the start URL of the instance, its sso-session, and the profile that wants it. */
    std::optional<std::string_view> login_start_url() const noexcept {
        return stskit::detail::view(stskit_error_login_start_url(raw()));
    }
    std::optional<std::string_view> login_session() const noexcept {
        return stskit::detail::view(stskit_error_login_session(raw()));
    }
    std::optional<std::string_view> login_profile() const noexcept {
        return stskit::detail::view(stskit_error_login_profile(raw()));
    }
    /** One line for each provider that was tried. */
    std::vector<std::string_view> provider_lines() const {
        std::vector<std::string_view> lines(stskit_error_provider_count(raw()));
        for (std::size_t at = 0; at < lines.size(); ++at) {
            lines[at] = stskit_error_provider_line(raw(), at);
        }
        return lines;
    }

private:
    /* Shared: exceptions have to be copyable without throwing. */
    struct fields {
        fields(stskit_status number, stskit_error *handle) noexcept : status(number), raw(handle) {}
        fields(const fields &) = delete;
        fields &operator=(const fields &) = delete;
        ~fields() { stskit_error_free(raw); }
        stskit_status status;
        stskit_error *raw;
    };

    const stskit_error *raw() const noexcept { return fields_->raw; }

    std::shared_ptr<fields> fields_;
};

namespace detail {

/** What callbacks threw lately, by the number that they answered: on its way around the library. */
class failures {
public:
    /* Never ended, since a callback may run as late as the program does; emptied at its end. */
    static failures &all() {
        static failures &made = *new failures();
        static const sweeper at_exit{made};
        return made;
    }
    /** Keeps what is being handled; the number to answer. */
    std::int32_t keep() {
        const std::lock_guard<std::mutex> held(lock_);
        last_ = last_ == 0x7fffffff ? 1 : last_ + 1;
        kept_[static_cast<std::size_t>(last_) % kept_.size()] = {last_, std::current_exception()};
        return last_;
    }
    std::exception_ptr find(std::int32_t number) {
        const std::lock_guard<std::mutex> held(lock_);
        const auto &found = kept_[static_cast<std::size_t>(number) % kept_.size()];
        return found.first == number ? found.second : nullptr;
    }

private:
    struct sweeper {
        failures &swept;
        ~sweeper() {
            const std::lock_guard<std::mutex> held(swept.lock_);
            swept.kept_ = {};
        }
    };

    std::mutex lock_;
    std::int32_t last_ = 0;
    std::array<std::pair<std::int32_t, std::exception_ptr>, 16> kept_{};
};

template <class Work> std::int32_t without_throwing(Work &&work) noexcept {
    try {
        std::forward<Work>(work)();
        return 0;
    } catch (...) {
        return failures::all().keep();
    }
}

/** Throws what a call failed with. */
inline void check(stskit_status status, stskit_error *raw) {
    if (status == STSKIT_STATUS_OK) {
        return;
    }
    if (stskit_error_detail(raw) == STSKIT_DETAIL_CALLBACK) {
        if (const std::exception_ptr thrown = failures::all().find(stskit_error_callback_result(raw))) {
            stskit_error_free(raw);
            std::rethrow_exception(thrown);
        }
    }
    throw error(status, raw);
}

/** Calls with an error to fill: `call` gets a `stskit_error **`. */
template <class Call> void run(Call &&call) {
    stskit_error *raw = nullptr;
    const stskit_status status = std::forward<Call>(call)(&raw);
    check(status, raw);
}

/** The same for a call that also makes a handle: `call` gets a `T **` and a `stskit_error **`. */
template <class T, class Call> T *make(Call &&call) {
    T *handle = nullptr;
    run([&](stskit_error **raw) { return std::forward<Call>(call)(&handle, raw); });
    return handle;
}

template <auto Free> struct deleter {
    template <class T> void operator()(T *handle) const noexcept { Free(handle); }
};

template <class T, auto Free> using owned = std::unique_ptr<T, deleter<Free>>;

/** A text for C, which would end at a NUL. */
inline const char *c_str(const std::string &text) {
    if (text.find('\0') != std::string::npos) {
        throw error(STSKIT_STATUS_INVALID_ARGUMENT, "a text has a NUL in it");
    }
    return text.c_str();
}

inline const char *c_str(const std::optional<std::string> &text) { return text.has_value() ? c_str(*text) : nullptr; }

/** The life of a URL for C; the library judges the rest. */
inline std::uint32_t lifetime(std::chrono::seconds expires) {
    if (expires.count() < 0 || expires.count() > 0xffffffff) {
        throw error(STSKIT_STATUS_INVALID_ARGUMENT, "a URL lives for 1 to 604800 seconds");
    }
    return static_cast<std::uint32_t>(expires.count());
}

inline std::uint64_t milliseconds(std::chrono::milliseconds time) noexcept {
    return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
}

} // namespace detail

/** Version of the library in use. */
inline std::string_view version() noexcept { return stskit_version(); }
/** The same as a number that can be compared: STSKIT_VERSION_NUMBER. */
inline std::uint32_t version_number() noexcept { return stskit_version_number(); }
/** The ABI of the library in use: STSKIT_ABI_VERSION. */
inline std::uint32_t abi_version() noexcept { return stskit_abi_version(); }

/** Overwrites a copy of a secret, and empties it. */
inline void secure_zero(std::string &secret) noexcept {
    stskit_secure_zero(secret.data(), secret.size());
    secret.clear();
}

/** A text that a call made. */
class text {
public:
    explicit text(stskit_text *handle) noexcept : handle_(handle) {}
    std::string_view view() const noexcept { return {stskit_text_data(get()), stskit_text_length(get())}; }
    const char *c_str() const noexcept { return stskit_text_data(get()); }
    const stskit_text *get() const noexcept { return handle_.get(); }

private:
    detail::owned<stskit_text, stskit_text_free> handle_;
};

/** The output of an operation. */
class response {
public:
    explicit response(stskit_response *handle) noexcept : handle_(handle) {}
    /** The output as JSON. */
    std::string_view json() const noexcept { return stskit_response_json(get()); }
    /** One member by its JSON Pointer: "/Arn". */
    std::optional<std::string_view> operator[](const char *pointer) const noexcept {
        return detail::view(stskit_response_get(get(), pointer));
    }
    /** Elements of a list. */
    std::size_t count(const char *pointer) const noexcept { return stskit_response_count(get(), pointer); }
    std::optional<std::string_view> request_id() const noexcept {
        return detail::view(stskit_response_request_id(get()));
    }
    int http_status() const noexcept { return stskit_response_http_status(get()); }
    std::uint32_t retry_attempts() const noexcept { return stskit_response_retry_attempts(get()); }
    /** The headers of the answer, names in lower case. */
    std::vector<std::pair<std::string_view, std::string_view>> headers() const {
        return detail::collect(get(), stskit_response_header_count, stskit_response_header_name,
                               stskit_response_header_value);
    }
    const stskit_response *get() const noexcept { return handle_.get(); }

private:
    detail::owned<stskit_response, stskit_response_free> handle_;
};

/**
 * The pages of a list operation: `for (const auto &page : pages)`, each a call, once. For one thread at a time.
 */
class pages {
public:
    explicit pages(stskit_pages *handle) noexcept : handle_(handle) {}
    /** The next page; nothing at the end. */
    std::optional<response> next() {
        stskit_response *page = detail::make<stskit_response>(
            [&](stskit_response **out, stskit_error **raw) { return stskit_pages_next(handle_.get(), out, raw); });
        return page != nullptr ? std::optional<response>(response(page)) : std::nullopt;
    }
    /** After max_items has cut: where to start next time. */
    std::optional<std::string_view> resume_token() const noexcept {
        return detail::view(stskit_pages_resume_token(get()));
    }
    const stskit_pages *get() const noexcept { return handle_.get(); }

    /** Goes through the pages that are left. */
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = response;
        using difference_type = std::ptrdiff_t;
        using pointer = const response *;
        using reference = const response &;

        iterator() noexcept = default;
        explicit iterator(pages *list) : list_(list) { ++*this; }
        reference operator*() const noexcept { return *page_; }
        pointer operator->() const noexcept { return &*page_; }
        iterator &operator++() {
            page_ = list_->next();
            list_ = page_.has_value() ? list_ : nullptr;
            return *this;
        }
        bool operator==(const iterator &other) const noexcept { return list_ == other.list_; }
        bool operator!=(const iterator &other) const noexcept { return list_ != other.list_; }

    private:
        pages *list_ = nullptr;
        std::optional<response> page_;
    };
    iterator begin() { return iterator(this); }
    iterator end() noexcept { return iterator(); }

private:
    detail::owned<stskit_pages, stskit_pages_free> handle_;
};

/** Describes the services, as JSON. */
inline text model() {
    return text(detail::make<stskit_text>([](stskit_text **out, stskit_error **raw) { return stskit_model(out, raw); }));
}

/** One generation of credentials. */
class credentials {
public:
    using time_point = std::chrono::system_clock::time_point;

    explicit credentials(stskit_credentials *handle) noexcept : handle_(handle) {}
    /** Credentials of values that you have. */
    credentials(const std::string &access_key_id, const std::string &secret_access_key,
                const std::optional<std::string> &session_token = std::nullopt,
                std::optional<time_point> expiration = std::nullopt,
                const std::optional<std::string> &account_id = std::nullopt)
        : handle_(detail::make<stskit_credentials>([&](stskit_credentials **out, stskit_error **raw) {
              std::int64_t seconds = 0;
              if (expiration.has_value()) {
                  seconds = std::chrono::duration_cast<std::chrono::seconds>(expiration->time_since_epoch()).count();
              }
              return stskit_credentials_new(detail::c_str(access_key_id), detail::c_str(secret_access_key),
                                            detail::c_str(session_token), expiration.has_value() ? &seconds : nullptr,
                                            detail::c_str(account_id), out, raw);
          })) {}

    std::string_view access_key_id() const noexcept { return stskit_credentials_access_key_id(get()); }
    std::string_view secret_access_key() const noexcept { return stskit_credentials_secret_access_key(get()); }
    std::optional<std::string_view> session_token() const noexcept {
        return detail::view(stskit_credentials_session_token(get()));
    }
    std::optional<std::string_view> account_id() const noexcept {
        return detail::view(stskit_credentials_account_id(get()));
    }
    /** When the service starts to refuse them; nothing: never. */
    std::optional<time_point> expiration() const noexcept {
        std::int64_t seconds = 0;
        if (!stskit_credentials_expiration(get(), &seconds)) {
            return std::nullopt;
        }
        return time_point(std::chrono::seconds(seconds));
    }
    const stskit_credentials *get() const noexcept { return handle_.get(); }
    /** Hands the C handle over. */
    stskit_credentials *release() noexcept { return handle_.release(); }

private:
    detail::owned<stskit_credentials, stskit_credentials_free> handle_;
};

/** Prints the access key id, and hides what is secret. Needs <ostream>. */
template <class Traits>
std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &out, const credentials &set) {
    out << "credentials(access_key_id=" << set.access_key_id() << ", secret_access_key=[hidden]";
    if (set.session_token().has_value()) {
        out << ", session_token=[hidden]";
    }
    return out << ')';
}

/** Explicit settings. Setters can be chained. */
class config {
public:
    /** Answers the code of an MFA device. What it throws ends the call. */
    using mfa_callback = std::function<std::string(std::string_view mfa_serial)>;

    config()
        : handle_(detail::make<stskit_config>(
              [](stskit_config **out, stskit_error **raw) { return stskit_config_new(out, raw); })) {}

    config &profile(const std::string &name) { return set(stskit_config_set_profile, detail::c_str(name)); }
    config &config_file(const std::string &path) { return set(stskit_config_set_config_file, detail::c_str(path)); }
    config &credentials_file(const std::string &path) {
        return set(stskit_config_set_credentials_file, detail::c_str(path));
    }
    config &region(const std::string &name) { return set(stskit_config_set_region, detail::c_str(name)); }
    config &sso_region(const std::string &name) { return set(stskit_config_set_sso_region, detail::c_str(name)); }
    config &endpoint_url(stskit_service_code service, const std::string &url) {
        return set(stskit_config_set_endpoint_url, static_cast<std::int32_t>(service), detail::c_str(url));
    }
    config &use_fips(bool enabled) { return set(stskit_config_set_use_fips, enabled); }
    config &use_dual_stack(bool enabled) { return set(stskit_config_set_use_dual_stack, enabled); }
    config &sts_legacy_global(bool enabled) { return set(stskit_config_set_sts_legacy_global, enabled); }
    config &retry_mode(stskit_retry_mode_code mode) {
        return set(stskit_config_set_retry_mode, static_cast<std::int32_t>(mode));
    }
    config &max_attempts(std::uint32_t attempts) { return set(stskit_config_set_max_attempts, attempts); }
    config &retries_2026(bool enabled) { return set(stskit_config_set_retries_2026, enabled); }
    config &connect_timeout(std::chrono::milliseconds time) {
        return set(stskit_config_set_connect_timeout_ms, detail::milliseconds(time));
    }
    config &read_timeout(std::chrono::milliseconds time) {
        return set(stskit_config_set_read_timeout_ms, detail::milliseconds(time));
    }
    config &operation_timeout(std::chrono::milliseconds time) {
        return set(stskit_config_set_operation_timeout_ms, detail::milliseconds(time));
    }
    config &max_response_bytes(std::size_t bytes) { return set(stskit_config_set_max_response_bytes, bytes); }
    config &ca_bundle(const std::string &path) { return set(stskit_config_set_ca_bundle, detail::c_str(path)); }
    config &proxies(const std::optional<std::string> &https, const std::optional<std::string> &http,
                    const std::optional<std::string> &no_proxy = std::nullopt) {
        return set(stskit_config_set_proxies, detail::c_str(https), detail::c_str(http), detail::c_str(no_proxy));
    }
    config &app_id(const std::string &id) { return set(stskit_config_set_app_id, detail::c_str(id)); }
    config &correct_clock_skew(bool enabled) { return set(stskit_config_set_correct_clock_skew, enabled); }

    config &mfa(mfa_callback callback) {
        auto state = std::make_unique<mfa_callback>(std::move(callback));
        return set(
            stskit_config_set_mfa_callback,
            [](void *userdata, const char *serial, char *code, std::size_t capacity) noexcept -> std::int32_t {
                return detail::without_throwing([&] {
                    std::string answer = (*static_cast<mfa_callback *>(userdata))(serial);
                    if (answer.size() >= capacity) {
                        throw std::length_error("the MFA code is too long");
                    }
                    std::memcpy(code, detail::c_str(answer), answer.size() + 1);
                    secure_zero(answer);
                });
            },
            state.release(), [](void *userdata) noexcept { delete static_cast<mfa_callback *>(userdata); });
    }

    const stskit_config *get() const noexcept { return handle_.get(); }

private:
    template <class Setter, class... Values> config &set(Setter setter, Values... values) {
        detail::run([&](stskit_error **raw) { return setter(handle_.get(), values..., raw); });
        return *this;
    }

    detail::owned<stskit_config, stskit_config_free> handle_;
};

/** An Identity Center instance to sign in to. */
class sso_session {
public:
    sso_session(const std::optional<std::string> &name, const std::string &start_url, const std::string &region)
        : handle_(detail::make<stskit_sso_session>([&](stskit_sso_session **out, stskit_error **raw) {
              return stskit_sso_session_new(detail::c_str(name), detail::c_str(start_url), detail::c_str(region), out,
                                            raw);
          })) {}
    sso_session &scope(const std::string &name) {
        detail::run(
            [&](stskit_error **raw) { return stskit_sso_session_add_scope(handle_.get(), detail::c_str(name), raw); });
        return *this;
    }
    sso_session &cache_folder(const std::string &path) {
        detail::run([&](stskit_error **raw) {
            return stskit_sso_session_set_cache_folder(handle_.get(), detail::c_str(path), raw);
        });
        return *this;
    }
    const stskit_sso_session *get() const noexcept { return handle_.get(); }

private:
    detail::owned<stskit_sso_session, stskit_sso_session_free> handle_;
};

/** A request to sign. */
class request {
public:
    request(const std::string &method, const std::string &url)
        : handle_(detail::make<stskit_request>([&](stskit_request **out, stskit_error **raw) {
              return stskit_request_new(detail::c_str(method), detail::c_str(url), out, raw);
          })) {}
    request &header(const std::string &name, const std::string &value) {
        detail::run([&](stskit_error **raw) {
            return stskit_request_add_header(get(), detail::c_str(name), detail::c_str(value), raw);
        });
        return *this;
    }
    request &body(std::string_view bytes) {
        detail::run([&](stskit_error **raw) {
            return stskit_request_set_body(get(), reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size(),
                                           raw);
        });
        return *this;
    }
    request &unsigned_body() {
        detail::run([&](stskit_error **raw) { return stskit_request_set_unsigned_body(get(), raw); });
        return *this;
    }
    request &body_sha256(const std::string &hex) {
        detail::run([&](stskit_error **raw) { return stskit_request_set_body_sha256(get(), detail::c_str(hex), raw); });
        return *this;
    }
    request &style(stskit_signing_style_code style) {
        detail::run([&](stskit_error **raw) {
            return stskit_request_set_style(get(), static_cast<std::int32_t>(style), raw);
        });
        return *this;
    }
    /** Signing options one by one, as JSON: {"path_encoding": "single"}. */
    request &options(const std::string &options_json) {
        detail::run([&](stskit_error **raw) { return stskit_request_set_options(get(), detail::c_str(options_json), raw); });
        return *this;
    }
    /** The headers that signing has made. */
    std::vector<std::pair<std::string_view, std::string_view>> headers() const {
        return detail::collect(get(), stskit_request_header_count, stskit_request_header_name,
                               stskit_request_header_value);
    }
    /** The same as lines "name: value": what curl_slist_append() wants. */
    std::vector<const char *> header_lines() const {
        std::vector<const char *> lines(stskit_request_header_count(get()));
        for (std::size_t at = 0; at < lines.size(); ++at) {
            lines[at] = stskit_request_header_line(get(), at);
        }
        return lines;
    }
    stskit_request *get() noexcept { return handle_.get(); }
    const stskit_request *get() const noexcept { return handle_.get(); }

private:
    detail::owned<stskit_request, stskit_request_free> handle_;
};

/** What a person needs to approve a sign-in; lives during the callback. */
class device_code {
public:
    explicit device_code(const stskit_device_code *raw) noexcept : raw_(raw) {}
    std::string_view user_code() const noexcept { return stskit_device_code_user_code(raw_); }
    std::string_view verification_uri() const noexcept { return stskit_device_code_verification_uri(raw_); }
    std::string_view verification_uri_complete() const noexcept {
        return stskit_device_code_verification_uri_complete(raw_);
    }
    std::chrono::system_clock::time_point expires_at() const noexcept {
        return std::chrono::system_clock::time_point(std::chrono::seconds(stskit_device_code_expires_at(raw_)));
    }

private:
    const stskit_device_code *raw_;
};

/** A token: a password with an end. Wiped when it goes. */
class token {
public:
    using time_point = std::chrono::system_clock::time_point;

    explicit token(stskit_token *handle) noexcept : handle_(handle) {}
    /** The password, the body, the URL. */
    std::string_view view() const noexcept { return {stskit_token_text(get()), stskit_token_length(get())}; }
    const char *c_str() const noexcept { return stskit_token_text(get()); }
    /** The user name that goes with it, where it is not one of the inputs. */
    std::optional<std::string_view> user() const noexcept { return detail::view(stskit_token_user(get())); }
    /** From when on the service refuses it, at the latest. */
    time_point expiration() const noexcept {
        const std::chrono::milliseconds since(stskit_token_expiration_ms(get()));
        return time_point(std::chrono::duration_cast<time_point::duration>(since));
    }
    /** All of it as JSON. */
    std::string_view json() const noexcept { return stskit_token_json(get()); }
    const stskit_token *get() const noexcept { return handle_.get(); }

private:
    detail::owned<stskit_token, stskit_token_free> handle_;
};

/** Hides the token, and prints when it ends, in seconds since 1970. Needs <ostream>. */
template <class Traits>
std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &out, const token &made) {
    return out << "token([hidden], expiration=" << stskit_token_expiration(made.get()) << ')';
}

/** Makes tokens of one kind. Share one between all threads. It goes on without its client. */
class token_source {
public:
    explicit token_source(stskit_token_source *handle) noexcept : handle_(handle) {}
    token get() const {
        return token(detail::make<stskit_token>([&](stskit_token **out, stskit_error **raw) {
            return stskit_token_source_get(handle_.get(), out, raw);
        }));
    }
    /** The other side refused a kept token ("web-identity"): the next is a new one. */
    void invalidate() const noexcept { stskit_token_source_invalidate(handle_.get()); }

private:
    detail::owned<stskit_token_source, stskit_token_source_free> handle_;
};

/** Settings, a source of credentials with its cache, and the services. Share one between all threads. */
class client {
public:
    /** Gives credentials whenever there are none that are good. What it throws ends the call. */
    using credentials_callback = std::function<credentials()>;

    explicit client(stskit_client *handle) noexcept : handle_(handle) {}

    /** The default chain. */
    client() : client(open(nullptr)) {}
    explicit client(const config &settings) : client(open(settings.get())) {}

    static client with_profile(const std::string &profile, const config &settings = config()) {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_profile(settings.get(), detail::c_str(profile), out, raw);
        });
    }
    static client with_credentials(const credentials &set, const config &settings = config()) {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_credentials(settings.get(), set.get(), out, raw);
        });
    }
    static client with_callback(credentials_callback callback, const config &settings = config()) {
        auto state = std::make_unique<credentials_callback>(std::move(callback));
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_callback(
                settings.get(),
                [](void *userdata, stskit_credentials **set) noexcept -> std::int32_t {
                    return detail::without_throwing(
                        [&] { *set = (*static_cast<credentials_callback *>(userdata))().release(); });
                },
                state.release(), [](void *userdata) noexcept { delete static_cast<credentials_callback *>(userdata); },
                out, raw);
        });
    }
    static client with_environment(const config &settings = config()) {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_environment(settings.get(), out, raw);
        });
    }
    static client with_process(const std::string &command, std::chrono::milliseconds timeout = {},
                               const config &settings = config()) {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_process(settings.get(), detail::c_str(command), detail::milliseconds(timeout),
                                                  out, raw);
        });
    }
    static client with_web_identity(const std::string &token_file, const std::string &role_arn,
                                    const std::optional<std::string> &session_name = std::nullopt,
                                    const config &settings = config()) {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_web_identity(settings.get(), detail::c_str(token_file),
                                                       detail::c_str(role_arn), detail::c_str(session_name), out, raw);
        });
    }
    static client with_sso_role(const std::string &account_id, const std::string &role_name,
                                const sso_session *session = nullptr, const config &settings = config()) {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_sso_role(settings.get(), raw_of(session), detail::c_str(account_id),
                                                   detail::c_str(role_name), out, raw);
        });
    }
    /** A role, assumed with this client's credentials and kept fresh: members of AssumeRole as JSON. */
    client assumed_role(const std::string &input_json) const {
        return make([&](stskit_client **out, stskit_error **raw) {
            return stskit_client_new_with_assumed_role(get(), detail::c_str(input_json), out, raw);
        });
    }

    credentials get_credentials() const {
        return credentials(detail::make<stskit_credentials>([&](stskit_credentials **out, stskit_error **raw) {
            return stskit_client_get_credentials(get(), out, raw);
        }));
    }
    void invalidate(const credentials &set) const {
        detail::run([&](stskit_error **raw) { return stskit_client_invalidate(get(), set.get(), raw); });
    }
    void cancel() const noexcept { stskit_client_cancel(get()); }
    void reset() const noexcept { stskit_client_reset(get()); }
    bool is_cancelled() const noexcept { return stskit_client_is_cancelled(get()); }
    /** The report of the chain, as JSON. */
    text explain() const {
        return made_text([&](stskit_text **out, stskit_error **raw) { return stskit_client_explain(get(), out, raw); });
    }
    text region() const {
        return made_text(
            [&](stskit_text **out, stskit_error **raw) { return stskit_client_get_region(get(), out, raw); });
    }
    text endpoint(stskit_service_code service) const {
        return made_text([&](stskit_text **out, stskit_error **raw) {
            return stskit_client_get_endpoint(get(), static_cast<std::int32_t>(service), out, raw);
        });
    }

    /** A token by the name of its kind, with its inputs as JSON: "rds", "eks", "web-identity". */
    token get_token(const std::string &kind, const std::string &input_json = "{}") const {
        return token(detail::make<stskit_token>([&](stskit_token **out, stskit_error **raw) {
            return stskit_client_get_token(get(), detail::c_str(kind), detail::c_str(input_json), out, raw);
        }));
    }
    /** A source of such tokens, for connections that are made again and again. */
    token_source tokens(const std::string &kind, const std::string &input_json = "{}") const {
        return token_source(detail::make<stskit_token_source>([&](stskit_token_source **out, stskit_error **raw) {
            return stskit_token_source_new(get(), detail::c_str(kind), detail::c_str(input_json), out, raw);
        }));
    }

    /** Any operation by name, with its members as JSON. */
    response call(stskit_service_code service, const std::string &operation,
                  const std::string &input_json = "{}") const {
        return answer([&](stskit_response **out, stskit_error **raw) {
            return stskit_client_call(get(), static_cast<std::int32_t>(service), detail::c_str(operation),
                                      detail::c_str(input_json), out, raw);
        });
    }
    /** The pages of a list operation by name, with its members as JSON. */
    pages paginate(stskit_service_code service, const std::string &operation, const std::string &input_json = "{}",
                   std::uint32_t page_size = 0, std::int64_t max_items = -1,
                   const std::optional<std::string> &starting_token = std::nullopt) const {
        return pages(detail::make<stskit_pages>([&](stskit_pages **out, stskit_error **raw) {
            return stskit_client_paginate(get(), static_cast<std::int32_t>(service), detail::c_str(operation),
                                          detail::c_str(input_json), page_size, max_items,
                                          detail::c_str(starting_token), out, raw);
        }));
    }
    /** Presigns any operation of STS by name, with its members as JSON. */
    text presign_call(stskit_service_code service, const std::string &operation, const std::string &input_json,
                      std::chrono::seconds expires) const {
        return made_text([&](stskit_text **out, stskit_error **raw) {
            return stskit_client_presign_call(get(), static_cast<std::int32_t>(service), detail::c_str(operation),
                                              detail::c_str(input_json), detail::lifetime(expires), out, raw);
        });
    }
    response get_caller_identity() const {
        return answer([&](stskit_response **out, stskit_error **raw) {
            return stskit_client_get_caller_identity(get(), out, raw);
        });
    }
    credentials assume_role(const std::string &role_arn, const std::string &session_name,
                                    std::int32_t duration_seconds = 0,
                                    const std::optional<std::string> &external_id = std::nullopt) const {
        return credentials(detail::make<stskit_credentials>([&](stskit_credentials **out, stskit_error **raw) {
            return stskit_client_assume_role(get(), detail::c_str(role_arn), detail::c_str(session_name),
                                             duration_seconds, detail::c_str(external_id), out, raw);
        }));
    }
    credentials assume_role_with_web_identity(const std::string &role_arn, const std::string &session_name,
                                                      const std::string &token,
                                                      std::int32_t duration_seconds = 0) const {
        return credentials(detail::make<stskit_credentials>([&](stskit_credentials **out, stskit_error **raw) {
            return stskit_client_assume_role_with_web_identity(get(), detail::c_str(role_arn),
                                                               detail::c_str(session_name), detail::c_str(token),
                                                               duration_seconds, out, raw);
        }));
    }
    credentials get_session_token(std::int32_t duration_seconds = 0,
                                          const std::optional<std::string> &mfa_serial = std::nullopt,
                                          const std::optional<std::string> &mfa_code = std::nullopt) const {
        return credentials(detail::make<stskit_credentials>([&](stskit_credentials **out, stskit_error **raw) {
            return stskit_client_get_session_token(get(), duration_seconds, detail::c_str(mfa_serial),
                                                   detail::c_str(mfa_code), out, raw);
        }));
    }
    text get_web_identity_token(const std::string &audience, const std::string &signing_algorithm = "RS256",
                                std::int32_t duration_seconds = 0) const {
        return made_text([&](stskit_text **out, stskit_error **raw) {
            return stskit_client_get_web_identity_token(get(), detail::c_str(audience),
                                                        detail::c_str(signing_algorithm), duration_seconds, out, raw);
        });
    }

    /** Signs: the headers are then in the request. */
    void sign(request &what, const std::string &service,
              const std::optional<std::string> &region = std::nullopt) const {
        detail::run([&](stskit_error **raw) {
            return stskit_client_sign(get(), what.get(), detail::c_str(service), detail::c_str(region), raw);
        });
    }
    text presign(const request &what, const std::string &service, std::chrono::seconds expires,
                 const std::optional<std::string> &region = std::nullopt) const {
        return made_text([&](stskit_text **out, stskit_error **raw) {
            return stskit_client_presign(get(), what.get(), detail::c_str(service), detail::c_str(region),
                                         detail::lifetime(expires), out, raw);
        });
    }
    text presign_get_caller_identity(std::chrono::seconds expires,
                                     const std::optional<std::string> &header_name = std::nullopt,
                                     const std::optional<std::string> &header_value = std::nullopt) const {
        return made_text([&](stskit_text **out, stskit_error **raw) {
            return stskit_client_presign_get_caller_identity(
                get(), detail::lifetime(expires), detail::c_str(header_name), detail::c_str(header_value), out, raw);
        });
    }

    /** Signs in; `show` gets a device_code. */
    void sign_in_with_device_code(const std::function<void(const device_code &)> &show,
                                  const sso_session *session = nullptr, std::chrono::milliseconds timeout = {}) const {
        using state = const std::function<void(const device_code &)>;
        detail::run([&](stskit_error **raw) {
            return stskit_client_sign_in_with_device_code(
                get(), raw_of(session), detail::milliseconds(timeout),
                [](void *userdata, const stskit_device_code *code) noexcept -> std::int32_t {
                    return detail::without_throwing([&] { (*static_cast<state *>(userdata))(device_code(code)); });
                },
                const_cast<void *>(static_cast<const void *>(&show)), raw);
        });
    }
    /** Signs in; `open` gets the page for the browser. */
    void sign_in_with_browser(const std::function<void(std::string_view url)> &open,
                              const sso_session *session = nullptr, std::chrono::milliseconds timeout = {}) const {
        using state = const std::function<void(std::string_view)>;
        detail::run([&](stskit_error **raw) {
            return stskit_client_sign_in_with_browser(
                get(), raw_of(session), detail::milliseconds(timeout),
                [](void *userdata, const char *url) noexcept -> std::int32_t {
                    return detail::without_throwing([&] { (*static_cast<state *>(userdata))(url); });
                },
                const_cast<void *>(static_cast<const void *>(&open)), raw);
        });
    }
    void sign_out(const sso_session *session = nullptr) const {
        detail::run([&](stskit_error **raw) { return stskit_client_sign_out(get(), raw_of(session), raw); });
    }
    text sso_token(const sso_session *session = nullptr) const {
        return made_text([&](stskit_text **out, stskit_error **raw) {
            return stskit_client_get_sso_token(get(), raw_of(session), out, raw);
        });
    }
    response sso_accounts(const sso_session *session = nullptr) const {
        return answer([&](stskit_response **out, stskit_error **raw) {
            return stskit_client_list_sso_accounts(get(), raw_of(session), out, raw);
        });
    }
    response sso_account_roles(const std::string &account_id, const sso_session *session = nullptr) const {
        return answer([&](stskit_response **out, stskit_error **raw) {
            return stskit_client_list_sso_account_roles(get(), raw_of(session), detail::c_str(account_id), out, raw);
        });
    }

    const stskit_client *get() const noexcept { return handle_.get(); }

private:
    static stskit_client *open(const stskit_config *settings) {
        return detail::make<stskit_client>(
            [&](stskit_client **out, stskit_error **raw) { return stskit_client_new(settings, out, raw); });
    }
    template <class Call> static client make(Call &&call) {
        return client(detail::make<stskit_client>(std::forward<Call>(call)));
    }
    template <class Call> static text made_text(Call &&call) {
        return text(detail::make<stskit_text>(std::forward<Call>(call)));
    }
    template <class Call> static response answer(Call &&call) {
        return response(detail::make<stskit_response>(std::forward<Call>(call)));
    }
    static const stskit_sso_session *raw_of(const sso_session *session) noexcept {
        return session != nullptr ? session->get() : nullptr;
    }

    detail::owned<stskit_client, stskit_client_free> handle_;
};

/** Signs with credentials that you have, for a time that you choose: the headers are then in the request. */
inline void sign(request &what, const credentials &with, const std::string &service, const std::string &region,
                 std::chrono::system_clock::time_point at) {
    detail::run([&](stskit_error **raw) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
        return stskit_credentials_sign(with.get(), what.get(), detail::c_str(service), detail::c_str(region), seconds,
                                       raw);
    });
}

/** Presigns with credentials that you have, for a time that you choose. */
inline text presign(const request &what, const credentials &with, const std::string &service,
                    const std::string &region, std::chrono::system_clock::time_point at,
                    std::chrono::seconds expires) {
    return text(detail::make<stskit_text>([&](stskit_text **out, stskit_error **raw) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
        return stskit_credentials_presign(with.get(), what.get(), detail::c_str(service), detail::c_str(region),
                                          seconds, detail::lifetime(expires), out, raw);
    }));
}

/** A token of credentials that you have, for a time that you choose. */
inline token get_token(const credentials &with, const std::string &kind, const std::string &input_json,
                       std::chrono::system_clock::time_point at) {
    return token(detail::make<stskit_token>([&](stskit_token **out, stskit_error **raw) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
        return stskit_credentials_get_token(with.get(), detail::c_str(kind), detail::c_str(input_json), seconds, out,
                                            raw);
    }));
}

/** Gets the lines of the log. Must not throw: what it throws is dropped. */
using log_callback = std::function<void(std::int32_t level, std::string_view target, std::string_view message)>;

/** Gets the lines of the log while it lives; there is one for the whole library. */
class log_hook {
public:
    explicit log_hook(log_callback callback, stskit_log_level_code level = STSKIT_LOG_LEVEL_DEBUG)
        : callback_(std::make_unique<log_callback>(std::move(callback))) {
        detail::run([&](stskit_error **raw) {
            return stskit_set_log_callback(
                [](void *userdata, std::int32_t at, const char *target, const char *message) noexcept {
                    try {
                        (*static_cast<log_callback *>(userdata))(at, target, message);
                    } catch (...) {
                    }
                },
                callback_.get(), static_cast<std::int32_t>(level), raw);
        });
    }
    log_hook(const log_hook &) = delete;
    log_hook &operator=(const log_hook &) = delete;
    ~log_hook() {
        if (stskit_set_log_callback(nullptr, nullptr, STSKIT_LOG_LEVEL_OFF, nullptr) != STSKIT_STATUS_OK) {
            // Still in use: better kept than freed.
            callback_.release();
        }
    }

private:
    std::unique_ptr<log_callback> callback_;
};

} // namespace stskit

#endif /* STSKIT_HPP */
