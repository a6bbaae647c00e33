// Plays bindings/cases: cases FOLDER
#include <curl/curl.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "stskit.hpp"

extern char **environ;

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// What callbacks fail with here.
struct own_error : std::exception {
    const char *what() const noexcept override { return "the callback of the test fails"; }
};

// A case that does not pass.
struct failed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void expect(bool good, const std::string &what) {
    if (!good) {
        throw failed(what);
    }
}

// A running stskit-emulator.
class emulator {
public:
    explicit emulator(const json &arguments) {
        const char *program = std::getenv("STSKIT_EMULATOR");
        expect(program != nullptr, "STSKIT_EMULATOR is not set");
        std::vector<std::string> texts{program};
        for (const auto &argument : arguments) {
            texts.push_back(argument.get<std::string>());
        }
        std::vector<char *> argv;
        for (auto &text : texts) {
            argv.push_back(text.data());
        }
        argv.push_back(nullptr);
        int ends[2];
        expect(pipe2(ends, O_CLOEXEC) == 0, "pipe");
        pid_ = fork();
        if (pid_ == 0) {
            dup2(ends[1], STDOUT_FILENO);
            execv(argv[0], argv.data());
            _exit(127);
        }
        close(ends[1]);
        output_ = fdopen(ends[0], "r");
        char line[4096];
        while (fgets(line, sizeof line, output_) != nullptr && std::string(line).rfind("export ", 0) == 0) {
            const std::string text(line + 7, std::strcspn(line, "\n") - 7);
            said[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
        }
    }
    emulator(const emulator &) = delete;
    emulator &operator=(const emulator &) = delete;
    ~emulator() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        fclose(output_);
    }
    std::map<std::string, std::string> said;

private:
    pid_t pid_;
    FILE *output_;
};

class environment {
public:
    explicit environment(const std::map<std::string, std::string> &wanted) {
        for (char **entry = environ; *entry != nullptr; ++entry) {
            const std::string text(*entry);
            before_[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
        }
        static const std::set<std::string> proxies{"http_proxy", "https_proxy", "HTTP_PROXY",
                                                   "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
        for (const auto &[name, value] : before_) {
            if (name.rfind("AWS_", 0) == 0 || proxies.count(name) != 0) {
                unsetenv(name.c_str());
            }
        }
        for (const auto &[name, value] : wanted) {
            setenv(name.c_str(), value.c_str(), 1);
        }
    }
    environment(const environment &) = delete;
    environment &operator=(const environment &) = delete;
    ~environment() {
        clearenv();
        for (const auto &[name, value] : before_) {
            setenv(name.c_str(), value.c_str(), 1);
        }
    }

private:
    std::map<std::string, std::string> before_;
};

std::size_t collect(char *data, std::size_t size, std::size_t count, void *into) {
    static_cast<std::string *>(into)->append(data, size * count);
    return size * count;
}

json fetch(const std::string &url, const std::string &method, const json &headers, const std::string &body) {
    CURL *curl = curl_easy_init();
    curl_slist *list = nullptr;
    for (const auto &[name, value] : headers.items()) {
        list = curl_slist_append(list, (name + ": " + value.get<std::string>()).c_str());
    }
    std::string came;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    if (method != "GET") {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &came);
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    expect(code == CURLE_OK, std::string("curl: ") + curl_easy_strerror(code));
    return {{"status", status}, {"body", came}};
}

template <class Text> json optional(const Text &text) {
    return text.has_value() ? json(std::string(*text)) : json();
}

// RFC 6901; nothing if it is not there.
std::optional<json> find(const json &value, const std::string &pointer) {
    const json::json_pointer at(pointer);
    try {
        return value.at(at);
    } catch (const json::exception &) {
        return std::nullopt;
    }
}

// A time, or seconds since 1970.
double seconds(const json &value) {
    if (value.is_number()) {
        return value.get<double>();
    }
    std::tm parts{};
    const std::string text = value.get<std::string>();
    const char *rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    expect(rest != nullptr, "no time: " + text);
    return static_cast<double>(timegm(&parts)) + (*rest == '.' ? std::atof(rest) : 0);
}

// The payload of a JWT, or a JSON text.
json decode(const std::string &text) {
    if (text[0] == '{') {
        return json::parse(text);
    }
    const std::size_t start = text.find('.') + 1;
    std::string payload = text.substr(start, text.find('.', start) - start), made;
    static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0, count = 0;
    for (const char letter : payload) {
        bits = bits << 6 | static_cast<unsigned>(alphabet.find(letter));
        count += 6;
        if (count >= 8) {
            count -= 8;
            made += static_cast<char>(bits >> count & 0xff);
        }
    }
    return json::parse(made);
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

void check_value(const std::optional<json> &value, const json &check, const std::string &where) {
    const std::string said = where + " is " + (value.has_value() ? value->dump() : "not there") + ", wanted " + check.dump();
    if (!check.is_object()) {
        const bool time = check.is_number() && value.has_value() && value->is_string();
        expect(value.has_value() && (time ? seconds(*value) == check.get<double>() : *value == check), said);
        return;
    }
    expect(!check.empty(), "an empty check");
    const bool there = value.has_value() && !value->is_null();
    for (const auto &[kind, wanted] : check.items()) {
        const std::string text = there && value->is_string() ? value->get<std::string>() : std::string();
        bool good = there;
        if (kind == "equal") {
            good = good && *value == wanted;
        } else if (kind == "absent") {
            good = !there;
        } else if (kind == "starts") {
            good = good && text.rfind(wanted.get<std::string>(), 0) == 0;
        } else if (kind == "ends") {
            const std::string end = wanted.get<std::string>();
            good = good && text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
        } else if (kind == "contains") {
            for (const auto &part : wanted.is_array() ? wanted : json::array({wanted})) {
                good = good && text.find(part.get<std::string>()) != std::string::npos;
            }
        } else if (kind == "length") {
            good = good && (value->is_string() ? text.size() : value->size()) == wanted.get<std::size_t>();
        } else if (kind == "seconds_from_now" || kind == "milliseconds_from_now") {
            const double scale = kind == "seconds_from_now" ? 1 : 1000;
            const double distance = good ? seconds(*value) - now() * scale : 0;
            good = good && distance >= wanted[0].get<double>() && distance <= wanted[1].get<double>();
        } else if (kind == "decoded") {
            for (const auto &[pointer, inner] : wanted.items()) {
                check_value(find(decode(text), pointer), inner, where + " " + pointer);
            }
        } else {
            expect(kind == "present", "unknown check " + kind);
        }
        expect(good, said);
    }
}

// One case being played.
class player {
public:
    player(const json &played, const std::string &home, const emulator &running)
        : case_(played), variables_{{"HOME", home},
                                    {"URL", running.said.at("AWS_ENDPOINT_URL_STS")},
                                    {"KEY", running.said.at("AWS_ACCESS_KEY_ID")},
                                    {"SECRET", running.said.at("AWS_SECRET_ACCESS_KEY")}} {}

    // Puts variables in their places.
    json fill(const json &value) const {
        if (value.is_string()) {
            std::string text = value.get<std::string>(), made;
            std::size_t at = 0, start;
            while ((start = text.find("${", at)) != std::string::npos) {
                const std::size_t end = text.find('}', start);
                const auto found = variables_.find(text.substr(start + 2, end - start - 2));
                made += text.substr(at, start - at);
                made += found == variables_.end() ? text.substr(start, end + 1 - start) : found->second;
                at = end + 1;
            }
            return made + text.substr(at);
        }
        json made = value;
        if (value.is_structured()) {
            for (auto &item : made) {
                item = fill(item);
            }
        }
        return made;
    }

    void play() {
        only(case_, {"name", "emulator", "environment", "files", "client", "steps", "secrets"});
        expect(!case_.at("steps").empty(), "no steps");
        for (const auto &step : case_.at("steps")) {
            play_step(fill(step));
        }
    }

    // What was printed, with where it came from.
    std::vector<std::pair<std::string, std::string>> seen;

private:
    static void only(const json &given, const std::set<std::string> &known) {
        for (const auto &[key, value] : given.items()) {
            expect(known.count(key) != 0, "unknown key " + key);
        }
    }

    stskit::client make_client(const json &given) {
        only(given, {"profile", "region", "sso_region", "retry_mode", "endpoint_url", "max_attempts", "connect_timeout_ms",
                     "read_timeout_ms", "operation_timeout_ms", "mfa_code", "mfa_fails", "source"});
        stskit::config config;
        const auto text = [&](const char *name, stskit::config &(stskit::config::*set)(const std::string &)) {
            if (given.contains(name)) {
                (config.*set)(given[name].get<std::string>());
            }
        };
        text("profile", &stskit::config::profile);
        text("region", &stskit::config::region);
        text("sso_region", &stskit::config::sso_region);
        const auto time = [&](const char *name, stskit::config &(stskit::config::*set)(std::chrono::milliseconds)) {
            if (given.contains(name)) {
                (config.*set)(std::chrono::milliseconds(given[name].get<std::int64_t>()));
            }
        };
        time("connect_timeout_ms", &stskit::config::connect_timeout);
        time("read_timeout_ms", &stskit::config::read_timeout);
        time("operation_timeout_ms", &stskit::config::operation_timeout);
        if (given.contains("retry_mode")) {
            static const std::map<std::string, stskit_retry_mode_code> modes{{"standard", STSKIT_RETRY_MODE_STANDARD},
                                                                             {"adaptive", STSKIT_RETRY_MODE_ADAPTIVE},
                                                                             {"legacy", STSKIT_RETRY_MODE_LEGACY}};
            config.retry_mode(modes.at(given["retry_mode"].get<std::string>()));
        }
        if (given.contains("max_attempts")) {
            config.max_attempts(given["max_attempts"].get<std::uint32_t>());
        }
        if (given.contains("endpoint_url")) {
            for (const auto &[name, url] : given["endpoint_url"].items()) {
                config.endpoint_url(service(name), url.get<std::string>());
            }
        }
        if (given.contains("mfa_code")) {
            config.mfa([code = given["mfa_code"].get<std::string>()](std::string_view) { return code; });
        }
        if (given.contains("mfa_fails")) {
            config.mfa([](std::string_view) -> std::string { throw own_error(); });
        }
        return given.contains("source") ? from(given["source"], config) : stskit::client(config);
    }

    static stskit::client from(const json &source, const stskit::config &config) {
        const auto text = [&](const char *name) { return source.at(name).get<std::string>(); };
        const std::string kind = text("kind");
        if (kind == "callback" && source.contains("fails")) {
            return stskit::client::with_callback([]() -> stskit::credentials { throw own_error(); }, config);
        }
        if (kind == "credentials" || kind == "callback") {
            const auto make = [source] { return keys(source); };
            return kind == "callback" ? stskit::client::with_callback(make, config)
                                      : stskit::client::with_credentials(make(), config);
        }
        if (kind == "environment") {
            return stskit::client::with_environment(config);
        }
        if (kind == "process") {
            return stskit::client::with_process(text("command"), {}, config);
        }
        if (kind == "web_identity") {
            return stskit::client::with_web_identity(text("token_file"), text("role_arn"), text("session_name"), config);
        }
        if (kind == "sso_role") {
            return stskit::client::with_sso_role(text("account_id"), text("role_name"), nullptr, config);
        }
        expect(kind == "assumed_role", "unknown source " + kind);
        return stskit::client(config).assumed_role(source.at("input").dump());
    }

    static stskit::credentials keys(const json &given) {
        std::optional<std::string> token;
        if (given.contains("session_token")) {
            token = given["session_token"].get<std::string>();
        }
        std::optional<std::chrono::system_clock::time_point> expiration;
        if (given.contains("expires_in")) {
            expiration = std::chrono::system_clock::now() + std::chrono::seconds(given["expires_in"].get<int>());
        }
        return {given.at("access_key_id").get<std::string>(), given.at("secret_access_key").get<std::string>(), token,
                expiration};
    }

    static stskit_service_code service(const std::string &name) {
        static const std::map<std::string, stskit_service_code> codes{
            {"sts", STSKIT_SERVICE_STS}, {"sso", STSKIT_SERVICE_SSO}, {"sso-oidc", STSKIT_SERVICE_SSO_OIDC}};
        return codes.at(name);
    }

    void play_step(const json &step) {
        const json wanted = step.value("error", json());
        json came;
        try {
            std::optional<stskit::client> own;
            if (step.contains("client")) {
                own.emplace(make_client(step["client"]));
            } else if (!client_.has_value()) {
                client_.emplace(make_client(fill(case_.value("client", json::object()))));
            }
            came = act(own.has_value() ? *own : *client_, step);
        } catch (const stskit::error &error) {
            seen.emplace_back("error", words(error));
            if (wanted.is_null()) {
                throw;
            }
            return check_error(error, wanted);
        } catch (const own_error &) {
            expect(wanted.is_object() && wanted.value("own", false), "the runner's own exception");
            return;
        }
        expect(wanted.is_null(), "it should fail, but there came " + came.dump());
        const json checks = step.value("expect", json::object());
        for (const auto &[pointer, check] : checks.items()) {
            check_value(find(came, pointer), check, pointer);
        }
        const json saves = step.value("save", json::object());
        for (const auto &[name, pointer] : saves.items()) {
            const auto found = find(came, pointer.get<std::string>());
            expect(found.has_value(), "nothing to save at " + pointer.dump());
            variables_[name] = found->is_string() ? found->get<std::string>() : found->dump();
        }
    }

    // All texts of an error.
    static std::string words(const stskit::error &error) {
        std::ostringstream out;
        out << error.what() << '\n' << error.status_name() << '\n';
        for (const auto &text : {error.code(), error.service_message(), error.fault(), error.operation(), error.request_id(),
                                 error.login_command(), error.login_start_url(), error.login_session(), error.login_profile()}) {
            out << text.value_or("") << '\n';
        }
        for (const auto &list : {error.members(), error.headers()}) {
            for (const auto &[name, value] : list) {
                out << name << ": " << value << '\n';
            }
        }
        for (const auto &line : error.provider_lines()) {
            out << line << '\n';
        }
        return out.str();
    }

    static void check_error(const stskit::error &error, const json &wanted) {
        const json found = {{"status", std::string(error.status_name())},
                            {"detail", error.detail()},
                            {"code", optional(error.code())},
                            {"operation", optional(error.operation())},
                            {"http_status", error.http_status() != 0 ? json(error.http_status()) : json()},
                            {"attempts", error.attempts()},
                            {"retryable", error.is_retryable()}};
        const json login = {{"command", optional(error.login_command())},
                            {"start_url", optional(error.login_start_url())},
                            {"session", optional(error.login_session())},
                            {"profile", optional(error.login_profile())}};
        for (const auto &[key, value] : wanted.items()) {
            if (key == "message") {
                for (const auto &part : value) {
                    expect(std::string(error.what()).find(part.get<std::string>()) != std::string::npos,
                           part.dump() + " is not in " + error.what());
                }
            } else if (key == "providers") {
                const auto lines = error.provider_lines();
                for (const auto &part : value) {
                    const auto has = [&](std::string_view line) { return line.find(part.get<std::string>()) != line.npos; };
                    expect(std::any_of(lines.begin(), lines.end(), has), "no provider line with " + part.dump());
                }
            } else if (key == "login") {
                for (const auto &[name, text] : value.items()) {
                    expect(login.at(name) == text, name + " is " + login.at(name).dump());
                }
            } else if (key == "request_id") {
                expect(value == true && error.request_id().has_value(), "no request id");
            } else {
                expect(found.contains(key) && found[key] == value, key + " is not " + value.dump() + ": " + words(error));
            }
        }
    }

    static json answer(const stskit::response &response) {
        json came = json::parse(response.json());
        json headers = json::object();
        for (const auto &[name, value] : response.headers()) {
            headers[std::string(name)] = std::string(value);
        }
        came["ResponseMetadata"] = {{"RequestId", optional(response.request_id())},
                                    {"HTTPStatusCode", response.http_status()},
                                    {"RetryAttempts", response.retry_attempts()},
                                    {"HTTPHeaders", headers}};
        return came;
    }

    static stskit::request request(const json &given) {
        only(given, {"method", "url", "headers", "body", "unsigned_body", "body_sha256", "style", "options"});
        stskit::request made(given.at("method").get<std::string>(), given.at("url").get<std::string>());
        const json headers = given.value("headers", json::array());
        for (const auto &pair : headers) {
            made.header(pair[0].get<std::string>(), pair[1].get<std::string>());
        }
        if (given.contains("body")) {
            made.body(given["body"].get<std::string>());
        }
        if (given.contains("unsigned_body")) {
            made.unsigned_body();
        }
        if (given.contains("body_sha256")) {
            made.body_sha256(given["body_sha256"].get<std::string>());
        }
        if (given.contains("options")) {
            made.options(given["options"].dump());
        }
        static const std::map<std::string, stskit_signing_style_code> styles{
            {"standard", STSKIT_SIGNING_STYLE_STANDARD},
            {"s3", STSKIT_SIGNING_STYLE_S3},
            {"content_sha256", STSKIT_SIGNING_STYLE_CONTENT_SHA256},
            {"token_after_signing", STSKIT_SIGNING_STYLE_TOKEN_AFTER_SIGNING}};
        return given.contains("style") ? std::move(made.style(styles.at(given["style"].get<std::string>()))) : std::move(made);
    }

    json act(const stskit::client &client, const json &step) {
        const auto text = [&](const char *name) { return step.at(name).get<std::string>(); };
        const auto view = [](const stskit::text &made) { return std::string(made.view()); };
        const std::string what = text("do");
        const std::set<std::string> common{"do", "client", "expect", "error", "save"};
        const auto keys_of = [&](std::set<std::string> known) {
            known.insert(common.begin(), common.end());
            only(step, known);
        };
        const std::string input = step.value("input", json::object()).dump();
        const auto expires = std::chrono::seconds(step.value("expires_seconds", 0));
        std::optional<std::string> region;
        if (step.contains("region")) {
            region = text("region");
        }
        if (what == "credentials") {
            keys_of({});
            const auto found = client.get_credentials();
            std::ostringstream out;
            out << found;
            seen.emplace_back("credentials", out.str());
            expect(out.str().find(found.secret_access_key()) == std::string::npos, "a secret is printed");
            expect(!found.session_token() || out.str().find(*found.session_token()) == std::string::npos, "a token is printed");
            json made = {{"access_key_id", std::string(found.access_key_id())},
                         {"secret_access_key", std::string(found.secret_access_key())},
                         {"session_token", optional(found.session_token())},
                         {"account_id", optional(found.account_id())}};
            if (found.expiration().has_value()) {
                made["expiration"] =
                    std::chrono::duration_cast<std::chrono::seconds>(found.expiration()->time_since_epoch()).count();
            }
            return made;
        }
        if (what == "explain") {
            const std::string report = view(client.explain());
            seen.emplace_back("report", report);
            return json::parse(report);
        }
        if (what == "call") {
            keys_of({"service", "operation", "input"});
            return answer(client.call(service(text("service")), text("operation"), input));
        }
        if (what == "paginate") {
            keys_of({"service", "operation", "input", "page_size", "max_items", "starting_token"});
            std::optional<std::string> start;
            if (step.contains("starting_token")) {
                start = text("starting_token");
            }
            auto pages = client.paginate(service(text("service")), text("operation"), input, step.value("page_size", 0u),
                                         step.value("max_items", std::int64_t(-1)), start);
            json found = json::array();
            for (const auto &page : pages) {
                found.push_back(answer(page));
            }
            return {{"pages", found}, {"resume_token", optional(pages.resume_token())}};
        }
        if (what == "presign_call") {
            keys_of({"service", "operation", "input", "expires_seconds"});
            return {{"url", view(client.presign_call(service(text("service")), text("operation"), input, expires))}};
        }
        if (what == "presign_get_caller_identity") {
            keys_of({"expires_seconds", "header"});
            std::optional<std::string> name, value;
            if (step.contains("header")) {
                name = step["header"][0].get<std::string>();
                value = step["header"][1].get<std::string>();
            }
            return {{"url", view(client.presign_get_caller_identity(expires, name, value))}};
        }
        if (what == "sign" || what == "presign") {
            keys_of({"request", "service", "region", "time", "credentials", "expires_seconds"});
            auto made = request(step.at("request"));
            const bool given = step.contains("credentials");
            const std::chrono::system_clock::time_point at{std::chrono::seconds(step.value("time", std::int64_t(0)))};
            if (what == "presign") {
                return {{"url", view(given ? stskit::presign(made, keys(step["credentials"]), text("service"), *region, at, expires)
                                           : client.presign(made, text("service"), expires, region))}};
            }
            if (given) {
                stskit::sign(made, keys(step["credentials"]), text("service"), *region, at);
            } else {
                client.sign(made, text("service"), region);
            }
            json headers = json::object();
            for (const auto &[name, value] : made.headers()) {
                headers[std::string(name)] = std::string(value);
                const std::string line = std::string(name) + ": " + std::string(value);
                const auto lines = made.header_lines();
                expect(std::find(lines.begin(), lines.end(), line) != lines.end(), "no line " + line);
            }
            return {{"headers", headers}};
        }
        if (what == "token") {
            keys_of({"kind", "inputs", "time", "credentials"});
            const std::string inputs = step.at("inputs").dump();
            if (!step.contains("credentials")) {
                return parts_of(client.get_token(text("kind"), inputs));
            }
            const std::chrono::system_clock::time_point at{std::chrono::seconds(step.at("time").get<std::int64_t>())};
            return parts_of(stskit::get_token(keys(step["credentials"]), text("kind"), inputs, at));
        }
        if (what == "tokens") {
            keys_of({"kind", "inputs"});
            const auto source = client.tokens(text("kind"), step.at("inputs").dump());
            json made = {parts_of(source.get()), parts_of(source.get())};
            source.invalidate();
            made.push_back(parts_of(source.get()));
            return {{"tokens", made}};
        }
        if (what == "fetch") {
            keys_of({"url", "method", "headers", "body"});
            return fetch(text("url"), step.value("method", "GET"), step.value("headers", json::object()), step.value("body", ""));
        }
        if (what == "sign_in") {
            keys_of({"flow", "visit", "fails", "timeout_ms"});
            return sign_in(client, step);
        }
        if (what == "sso_token") {
            return {{"token", view(client.sso_token())}};
        }
        if (what == "sign_out") {
            client.sign_out();
            return json::object();
        }
        if (what == "list_sso_accounts") {
            return json::parse(client.sso_accounts().json());
        }
        if (what == "list_sso_account_roles") {
            keys_of({"account_id"});
            return json::parse(client.sso_account_roles(text("account_id")).json());
        }
        if (what == "region") {
            return {{"region", view(client.region())}};
        }
        if (what == "endpoint") {
            keys_of({"service"});
            return {{"url", view(client.endpoint(service(text("service"))))}};
        }
        expect(what == "cancel" || what == "reset", "unknown step " + what);
        what == "cancel" ? client.cancel() : client.reset();
        expect(client.is_cancelled() == (what == "cancel"), what);
        return json::object();
    }

    json parts_of(const stskit::token &made) {
        json parts = json::parse(made.json());
        expect(parts.at("token") == made.view() && made.view() == made.c_str(), "the token itself");
        expect(parts.value("user", "") == made.user().value_or(""), "the user of a token");
        std::ostringstream out;
        out << made;
        seen.emplace_back("token", out.str());
        expect(out.str().find(made.view()) == std::string::npos, "a token is printed");
        parts["expiration"] =
            std::chrono::duration_cast<std::chrono::seconds>(made.expiration().time_since_epoch()).count();
        return parts;
    }

    static json sign_in(const stskit::client &client, const json &step) {
        json came = json::object();
        std::vector<std::thread> visits;
        const auto visit = [&](const std::string &page) {
            if (step.value("fails", false)) {
                throw own_error();
            }
            if (step.value("visit", false)) {
                visits.emplace_back([page] { fetch(page, "GET", json::object(), ""); });
            }
        };
        const std::chrono::milliseconds timeout(step.value("timeout_ms", 0));
        if (step.at("flow") == "browser") {
            client.sign_in_with_browser(
                [&](std::string_view url) {
                    visit(std::string(url));
                    came["url"] = std::string(url);
                },
                nullptr, timeout);
        } else {
            expect(step.at("flow") == "device_code", "unknown flow");
            client.sign_in_with_device_code(
                [&](const stskit::device_code &code) {
                    visit(std::string(code.verification_uri_complete()));
                    came = {{"user_code", std::string(code.user_code())},
                            {"verification_uri", std::string(code.verification_uri())},
                            {"verification_uri_complete", std::string(code.verification_uri_complete())},
                            {"expires_at", std::chrono::system_clock::to_time_t(code.expires_at())}};
                },
                nullptr, timeout);
        }
        for (auto &thread : visits) {
            thread.join();
        }
        return came;
    }

    json case_;
    std::map<std::string, std::string> variables_;
    std::optional<stskit::client> client_;
};

// Plays a case; gives the lines of the log.
std::string play(const json &played) {
    std::mutex lock;
    std::string lines;
    const stskit::log_hook hook(
        [&](std::int32_t, std::string_view target, std::string_view message) {
            const std::lock_guard<std::mutex> held(lock);
            lines.append(target).append(" ").append(message).append("\n");
        },
        STSKIT_LOG_LEVEL_TRACE);
    const emulator running(played.value("emulator", json::array()));
    char name[] = "/tmp/stskit-cpp-XXXXXX";
    const fs::path home = mkdtemp(name);
    player play(played, home.string(), running);
    try {
        const json files = played.value("files", json::object());
        for (const auto &[path, text] : files.items()) {
            fs::create_directories((home / path).parent_path());
            std::ofstream(home / path) << play.fill(text).get<std::string>();
        }
        std::map<std::string, std::string> variables{{"HOME", home.string()},
                                                     {"USERPROFILE", home.string()},
                                                     {"AWS_CONFIG_FILE", (home / "config").string()},
                                                     {"AWS_SHARED_CREDENTIALS_FILE", (home / "credentials").string()},
                                                     {"AWS_REGION", "us-east-1"},
                                                     {"AWS_EC2_METADATA_DISABLED", "true"}};
        for (const char *service : {"STS", "SSO", "SSO_OIDC", "SIGNIN"}) {
            variables[std::string("AWS_ENDPOINT_URL_") + service] = running.said.at("AWS_ENDPOINT_URL_STS");
        }
        const json given = play.fill(played.value("environment", json::object()));
        for (const auto &[key, value] : given.items()) {
            variables[key] = value.get<std::string>();
        }
        const environment set(variables);
        play.play();
    } catch (...) {
        fs::remove_all(home);
        throw;
    }
    fs::remove_all(home);
    play.seen.emplace_back("log", lines);
    const json secrets = play.fill(played.value("secrets", json::array()));
    for (const auto &secret : secrets) {
        const std::string text = secret.get<std::string>();
        expect(text.find("${") == std::string::npos, "a secret that nobody saved");
        for (const auto &[where, printed] : play.seen) {
            expect(printed.find(text) == std::string::npos, "a secret is in the " + where);
        }
    }
    return lines;
}

bool passes(const json &played) {
    try {
        play(played);
        return true;
    } catch (const std::exception &error) {
        std::cout << "FAILED " << played.at("name") << ": " << error.what() << '\n';
        return false;
    }
}

// The runner itself can fail.
int wrongly_passed() {
    const json good = {{"name", "x"},
                       {"environment", {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "secret-of-b"}}},
                       {"steps", {{{"do", "credentials"}, {"expect", {{"/access_key_id", "a"}}}}}}};
    int wrong = play(good).empty() ? 1 : 0;
    for (const json &patch : {json{{"steps", {{{"do", "credentials"}, {"expect", {{"/access_key_id", "other"}}}}}}},
                              json{{"steps", {{{"do", "credentials"}, {"error", json::object()}}}}},
                              json{{"steps", {{{"do", "credentials"}, {"nothing", 1}}}}},
                              json{{"steps", {{{"do", "nothing"}}}}}, json{{"secrets", {"stskit"}}}, json{{"unknown", 1}}}) {
        json bad = good;
        bad.update(patch);
        try {
            play(bad);
            std::cout << "FAILED: this should not pass: " << bad << '\n';
            wrong += 1;
        } catch (const failed &) {
        }
    }
    return wrong;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: cases FOLDER\n";
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::set<std::string> names;
    int passed = 0, wrong = wrongly_passed();
    for (const auto &entry : fs::directory_iterator(argv[1])) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        std::ifstream file(entry.path());
        for (const auto &played : json::parse(file)) {
            const bool unique = names.insert(played.at("name").get<std::string>()).second;
            passes(played) && unique ? ++passed : ++wrong;
        }
    }
    std::cout << passed << " passed, " << wrong << " failed\n";
    return wrong == 0 && passed > 70 ? 0 : 1;
}
