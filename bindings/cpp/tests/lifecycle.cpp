// Memory, threads, forks, callbacks and wrong arguments of stskit.hpp. The environment has keys and endpoints of an
// emulator whose sign-ins are never approved.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "stskit.hpp"

namespace {

int wrong = 0;
const char *const role = R"({"RoleArn":"arn:aws:iam::210987654321:role/team/demo","RoleSessionName":"lifecycle"})";

void expect(bool right, const std::string &what) {
    if (!right) {
        std::cout << "FAILED: " << what << '\n';
        wrong += 1;
    }
}

template <class Error = stskit::error, class Work> std::optional<Error> fails(const std::string &what, Work &&work) {
    try {
        work();
        expect(false, what + " should fail");
    } catch (const Error &error) {
        return error;
    }
    return std::nullopt;
}

template <class Work> void refused(const std::string &what, Work &&work) {
    const auto error = fails(what, std::forward<Work>(work));
    expect(error.has_value() && error->status() == STSKIT_STATUS_INVALID_ARGUMENT, what + " is a wrong argument");
}

stskit::credentials keys() { return {std::getenv("AWS_ACCESS_KEY_ID"), std::getenv("AWS_SECRET_ACCESS_KEY")}; }

long resident() {
    long pages = 0, in_memory = 0;
    std::ifstream("/proc/self/statm") >> pages >> in_memory;
    return in_memory * sysconf(_SC_PAGESIZE);
}

void ten_thousand_calls_do_not_grow() {
    const stskit::client client(stskit::config().mfa([](std::string_view) { return std::string("123456"); }));
    const auto round = [&](int part) {
        for (int at = 0; at < 10000 / part; ++at) {
            const auto found = client.get_credentials();
            stskit::request request("GET", "https://example.com/");
            stskit::sign(request, found, "s3", "us-east-1", {});
            client.presign(request, "s3", std::chrono::hours(1));
        }
        for (int at = 0; at < 2000 / part; ++at) {
            fails("an unknown profile", [] { stskit::client::with_profile("nobody"); });
        }
        for (int at = 0; at < 1500 / part; ++at) {
            client.get_caller_identity();
            fails("a denied role", [&] { client.assume_role("arn:aws:iam::210987654321:role/denied", "me"); });
        }
        for (int at = 0; at < 250 / part; ++at) {
            const auto made = stskit::client::with_callback([&] { return client.get_credentials(); });
            made.presign_call(STSKIT_SERVICE_STS, "GetCallerIdentity", "{}", std::chrono::minutes(1));
            fails<std::logic_error>("a callback", [] {
                stskit::client::with_callback([]() -> stskit::credentials { throw std::logic_error("mine"); }).get_credentials();
            });
        }
    };
    round(8);
    const long before = resident();
    round(1);
    expect(resident() - before < 1000000, "memory grew by " + std::to_string(resident() - before));
}

void callbacks_go_with_their_last_user() {
    auto state = std::make_shared<int>(7);
    {
        stskit::config config;
        config.mfa([state](std::string_view) { return std::to_string(*state); });
        std::optional<stskit::client> source(stskit::client::with_callback([state] { return keys(); }, config));
        const auto derived = source->assumed_role(role);
        source.reset();
        expect(state.use_count() == 3, "both callbacks are kept");
        expect(derived.get_caller_identity()["/Arn"].value_or("").find("demo/lifecycle") != std::string_view::npos, "the role");
    }
    expect(state.use_count() == 1, "no callback is kept");
}

void threads() {
    const stskit::client client;
    const auto assumed = client.assumed_role(role);
    std::atomic<int> good{0};
    std::vector<std::thread> running;
    for (int number = 0; number < 16; ++number) {
        running.emplace_back([&, number] {
            for (int at = 0; at < 40; ++at) {
                const std::string name = "thread-" + std::to_string(number);
                const auto answer = client.call(STSKIT_SERVICE_STS, "AssumeRole",
                                                R"({"RoleArn":"arn:aws:iam::210987654321:role/demo","RoleSessionName":")" + name + "\"}");
                const std::string arn(*answer["/AssumedRoleUser/Arn"]);
                good += arn.substr(arn.rfind('/') + 1) == name && assumed.get_credentials().session_token().has_value();
            }
        });
    }
    for (auto &thread : running) {
        thread.join();
    }
    expect(good == 640, "answers of threads");
}

// All that wait for one answer of a callback get its exception, on their own threads.
void an_exception_reaches_all_who_wait() {
    std::atomic<int> caught{0};
    const auto client = stskit::client::with_callback([]() -> stskit::credentials {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        throw std::out_of_range("mine");
    });
    std::vector<std::thread> running;
    for (int number = 0; number < 8; ++number) {
        running.emplace_back([&] {
            try {
                client.get_caller_identity();
            } catch (const std::out_of_range &error) {
                caught += std::string(error.what()) == "mine";
            } catch (const stskit::error &error) {
                std::cout << "not mine: " << error.what() << '\n';
            }
        });
    }
    for (auto &thread : running) {
        thread.join();
    }
    expect(caught == 8, "the exception of the callback, " + std::to_string(caught) + " times");
    // Older ones are forgotten, not taken for newer ones.
    for (int at = 0; at < 40; ++at) {
        const std::string text = std::to_string(at);
        const auto error = fails<std::runtime_error>("a callback", [&] {
            stskit::client::with_callback([&]() -> stskit::credentials { throw std::runtime_error(text); }).get_credentials();
        });
        expect(error.has_value() && error->what() == text, "its own exception");
    }
}

void callbacks() {
    const auto empty = stskit::client::with_callback([]() -> stskit::credentials {
        auto made = keys();
        const auto taken = std::move(made);
        return made; // NOLINT(bugprone-use-after-move)
    });
    fails("no credentials from a callback", [&] { empty.get_credentials(); });
    fails<std::bad_function_call>("no callback", [] {
        stskit::client::with_callback(std::function<stskit::credentials()>()).get_credentials();
    });
    // They may call stskit, and what is no std::exception flies, too.
    const stskit::client inner;
    const auto outer = stskit::client::with_callback([&] {
        inner.get_caller_identity();
        return inner.get_credentials();
    });
    expect(outer.get_caller_identity()["/Account"] == "123456789012", "a call inside a callback");
    try {
        stskit::client::with_callback([]() -> stskit::credentials { throw 7; }).get_credentials();
        expect(false, "a callback that throws a number");
    } catch (int number) {
        expect(number == 7, "the number");
    }
}

void forks() {
    const stskit::client client;
    client.get_caller_identity();
    const auto assumed = client.assumed_role(role);
    assumed.get_credentials();
    std::vector<pid_t> children;
    for (int number = 0; number < 4; ++number) {
        const pid_t child = fork();
        if (child == 0) {
            bool good = true;
            try {
                for (int at = 0; at < 25; ++at) {
                    good = good && client.get_caller_identity()["/Arn"] == "arn:aws:iam::123456789012:user/stskit";
                }
                good = good && assumed.get_caller_identity()["/Account"] == "210987654321";
            } catch (const std::exception &) {
                good = false;
            }
            _exit(good ? 0 : 1);
        }
        children.push_back(child);
    }
    for (int at = 0; at < 50; ++at) {
        expect(client.get_caller_identity()["/Account"] == "123456789012", "the parent");
    }
    for (const pid_t child : children) {
        int status = -1;
        waitpid(child, &status, 0);
        expect(status == 0, "a child");
    }
}

void tokens() {
    auto state = std::make_shared<int>(0);
    std::optional<stskit::client> client(stskit::client::with_callback([state] {
        *state += 1;
        return keys();
    }));
    {
        const auto source = client->tokens("rds", R"({"hostname":"db.example.com","port":5432,"username":"app"})");
        client.reset();
        expect(source.get().view().substr(0, 19) == "db.example.com:5432" && state.use_count() == 2, "a source without its client");
        std::atomic<int> good{0};
        std::vector<std::thread> running;
        for (int number = 0; number < 8; ++number) {
            running.emplace_back([&] {
                for (int at = 0; at < 100; ++at) {
                    good += source.get().view().find("Action=connect&DBUser=app&") != std::string_view::npos;
                }
            });
        }
        for (auto &thread : running) {
            thread.join();
        }
        expect(good == 800, "tokens of threads");
    }
    expect(state.use_count() == 1, "no callback is kept");
    const auto broken = stskit::client::with_callback([]() -> stskit::credentials { throw std::logic_error("mine"); }).tokens("msk");
    fails<std::logic_error>("a callback", [&] { broken.get(); });

    const stskit::client chain;
    const std::string nul("a\0b", 3);
    refused("a NUL in a kind", [&] { chain.get_token(nul); });
    refused("a NUL in inputs", [&] { chain.tokens("msk", "{}" + nul); });
    refused("a NUL in the kind of a token of keys", [&] { stskit::get_token(keys(), nul, "{}", {}); });
    refused("a NUL in options", [&] { stskit::request("GET", "https://example.com/").options("{}" + nul); });
    const auto error = fails("an unknown input", [&] { chain.get_token("msk", R"({"nonsense":1})"); });
    expect(error.has_value() && error->detail() == STSKIT_DETAIL_TOKEN_INPUT_UNKNOWN, "its rule");

    const auto kept = chain.tokens("web-identity", R"({"audience":"a"})");
    const std::string first(kept.get().view());
    expect(kept.get().view() == first, "a kept token");
    kept.invalidate();
    expect(kept.get().view() != first, "a new one");
    const auto round = [&] {
        for (int at = 0; at < 5000; ++at) {
            chain.tokens("msk").get().json();
            kept.get().user();
            fails("an unknown kind", [&] { chain.get_token("oracle"); });
        }
        return resident();
    };
    const long before = round();
    const long grown = round() - before;
    expect(grown < 300000, "memory grew by " + std::to_string(grown));
}

void what_cannot_be() {
    const stskit::client client;
    const std::string nul("a\0b", 3);
    refused("a NUL in a profile", [&] { stskit::client::with_profile(nul); });
    refused("a NUL in a setting", [&] { stskit::config().region(nul); });
    refused("a NUL in an optional text", [&] { stskit::credentials("a", "b", nul); });
    refused("a NUL in JSON", [&] { client.call(STSKIT_SERVICE_STS, "GetCallerIdentity", nul); });
    refused("a text that is not UTF-8", [&] { stskit::client::with_profile("\xff"); });
    refused("a service", [&] { client.call(static_cast<stskit_service_code>(99), "x"); });
    refused("a retry mode", [] { stskit::config().retry_mode(static_cast<stskit_retry_mode_code>(-1)); });
    refused("a life of less than nothing", [&] {
        client.presign_call(STSKIT_SERVICE_STS, "GetCallerIdentity", "{}", std::chrono::seconds(-1));
    });
    refused("a life that does not fit", [&] { client.presign_get_caller_identity(std::chrono::seconds(4294967356)); });
    refused("no JSON", [&] { client.call(STSKIT_SERVICE_STS, "GetCallerIdentity", "{"); });
    refused("a header", [&] { stskit::request("GET", "https://example.com/").header("a\n", "b"); });
    fails("a huge text", [&] {
        client.call(STSKIT_SERVICE_STS, "DecodeAuthorizationMessage", R"({"EncodedMessage":")" + std::string(5000000, 'x') + "\"}");
    });
    const auto secret = fails("a secret in the wrong place", [&] {
        client.call(STSKIT_SERVICE_STS, "GetDelegatedAccessToken", R"({"TradeInToken":"planted","More":1})");
    });
    expect(secret.has_value() && std::string(secret->what()).find("planted") == std::string::npos, "a secret is told");
}

void what_is_printed() {
    const auto found = stskit::client().assumed_role(role).get_credentials();
    std::ostringstream out;
    out << found << ' ' << keys();
    expect(out.str() == "credentials(access_key_id=" + std::string(found.access_key_id()) +
                            ", secret_access_key=[hidden], session_token=[hidden]) credentials(access_key_id=" +
                            std::getenv("AWS_ACCESS_KEY_ID") + ", secret_access_key=[hidden])",
           "printed credentials: " + out.str());
}

void versions() {
    expect(stskit::version() == STSKIT_VERSION, "the version");
    expect(stskit::version_number() == STSKIT_VERSION_NUMBER, "its number");
    expect(stskit::abi_version() == STSKIT_ABI_VERSION, "the ABI");
}

void cancelling() {
    const stskit::client client;
    std::atomic<bool> shown{false};
    std::thread canceller([&] {
        while (!shown) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        client.cancel();
    });
    stskit::sso_session session("corp", std::string(std::getenv("AWS_ENDPOINT_URL_SSO_OIDC")) + "/start", "us-east-1");
    session.cache_folder(std::string(std::getenv("HOME")) + "/cache").scope("sso:account:access");
    const auto error = fails("a sign-in that is cancelled", [&] {
        client.sign_in_with_device_code([&](const stskit::device_code &) { shown = true; }, &session, std::chrono::minutes(1));
    });
    shown = true;
    canceller.join();
    expect(error.has_value() && error->status() == STSKIT_STATUS_CANCELLED, "its status");
    client.reset();
    const auto login = fails("a token of nobody", [&] { client.sso_token(&session); });
    expect(login.has_value() && login->status() == STSKIT_STATUS_LOGIN_REQUIRED && login->login_session() == "corp" &&
               login->login_start_url().has_value() && !login->login_profile().has_value(),
           "who has to sign in where");
}

void logs() {
    std::atomic<int> lines{0};
    {
        const stskit::log_hook hook([&](std::int32_t, std::string_view, std::string_view) {
            lines += 1;
            throw std::runtime_error("full");
        });
        stskit::client().get_caller_identity();
    }
    const int seen = lines;
    stskit::client().get_caller_identity();
    expect(seen > 0 && lines == seen, "lines of the log");
}

} // namespace

int main() {
    int count = 0;
    for (const auto test : {versions, what_is_printed, what_cannot_be, tokens, callbacks, callbacks_go_with_their_last_user, threads,
                            an_exception_reaches_all_who_wait, forks, cancelling, logs, ten_thousand_calls_do_not_grow}) {
        try {
            test();
        } catch (const std::exception &error) {
            expect(false, error.what());
        }
        count += 1;
    }
    std::cout << count << " tests, " << wrong << " failed\n";
    return wrong == 0 ? 0 : 1;
}
