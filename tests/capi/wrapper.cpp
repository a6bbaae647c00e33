// stskit.hpp: failures are exceptions, and those of callbacks come out of the call that asked.
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "stskit.hpp"

static int wrong = 0;

static void expect(bool right, const char *what) {
    if (!right) {
        std::cout << "wrong: " << what << '\n';
        wrong += 1;
    }
}

static_assert(std::is_nothrow_move_constructible<stskit::client>::value, "handles can be moved");
static_assert(!std::is_copy_constructible<stskit::client>::value, "handles cannot be copied");
static_assert(std::is_nothrow_copy_constructible<stskit::error>::value, "exceptions can be copied");
static_assert(sizeof(stskit::client) == sizeof(void *), "no cost beyond the C handle");

int main() {
    stskit::config config;
    config.region("eu-west-1").max_attempts(2).connect_timeout(std::chrono::seconds(2)).app_id("test");
    stskit::client client(config);
    expect(client.region().view() == "eu-west-1", "the region");
    try {
        client.call(STSKIT_SERVICE_STS, "NoSuchOperation");
        expect(false, "an unknown operation");
    } catch (const stskit::error &e) {
        expect(e.status() == STSKIT_STATUS_INVALID_ARGUMENT, "its status");
        expect(std::string(e.what()).find("GetCallerIdentity") != std::string::npos, "its words name the known ones");
    }
    try {
        client.call(STSKIT_SERVICE_STS, "GetAccessKeyInfo", R"({"AccessKeyId":"AKIAIOSFODNN7EXAMPLE"})");
    } catch (const stskit::error &e) {
        const stskit::error copy = e;
        expect(copy.code().has_value() && copy.http_status() >= 400 && copy.request_id().has_value(), "a service's error");
    }
    try {
        config.retry_mode(static_cast<stskit_retry_mode_code>(3)).region("a\xff");
        expect(false, "a text that is not UTF-8");
    } catch (const stskit::error &e) {
        expect(e.detail() == STSKIT_DETAIL_NOT_UTF8, "its detail");
    }
    expect(!client.get_caller_identity().headers().empty(), "the headers of an answer");
    try {
        client.call(STSKIT_SERVICE_SSO_OIDC, "CreateToken", R"({"clientId":"i","clientSecret":"s","grantType":"nonsense"})");
        expect(false, "a token for nothing");
    } catch (const stskit::error &e) {
        bool described = false;
        for (const auto &[name, value] : e.members()) {
            described = described || (name == "error_description" && e.service_message() == value);
        }
        expect(described && !e.headers().empty() && !e.fault().has_value(), "all that a service's error has");
    }
    const stskit::text url = client.presign_call(STSKIT_SERVICE_STS, "GetCallerIdentity", "{}", std::chrono::minutes(1));
    expect(url.view().find("X-Amz-Expires=60&") != std::string_view::npos, "a presigned call");
    expect(stskit::model().view().find("AssumeRoleRequest") != std::string_view::npos, "the model");
    stskit::pages none = client.paginate(STSKIT_SERVICE_SSO, "ListAccounts", R"({"accessToken":"t"})", 2, 0, "here");
    for (const stskit::response &page : none) {
        expect(page.json().empty(), "no page of no items");
    }
    expect(none.resume_token() == "here", "where to go on");
    try {
        for (const stskit::response &page : client.paginate(STSKIT_SERVICE_SSO, "ListAccounts", R"({"accessToken":"t"})")) {
            expect(page.json().empty(), "no page for a wrong token");
        }
        expect(false, "a wrong token");
    } catch (const stskit::error &e) {
        expect(e.code() == "UnauthorizedException", "its code");
    }
    auto throwing = stskit::client::with_callback([]() -> stskit::credentials { throw std::out_of_range("mine"); });
    try {
        throwing.get_credentials();
        expect(false, "a callback that throws");
    } catch (const std::out_of_range &e) {
        expect(std::string(e.what()) == "mine", "its own exception");
    }
    stskit::client moved = std::move(client);
    expect(!moved.is_cancelled(), "a moved client");
    moved.cancel();
    try {
        moved.get_credentials();
        expect(false, "a cancelled client");
    } catch (const stskit::error &e) {
        expect(e.status() == STSKIT_STATUS_CANCELLED, "its status");
    }
    const stskit::credentials key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    stskit::request request("POST", "https://sts.eu-west-1.amazonaws.com/");
    request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body("Action=GetCallerIdentity&Version=2011-06-15");
    // The values of the example of sign::Signer.
    stskit::sign(request, key, "sts", "eu-west-1", std::chrono::system_clock::time_point(std::chrono::seconds(1767323045)));
    bool found = false;
    for (const auto &[name, value] : request.headers()) {
        found = found || (name == "authorization" && value.find("Signature=b87ee61678696c301b942d163db6c138bb8970c1f50b5998524a5508d8860576") != std::string_view::npos);
    }
    expect(found, "a known signature");
    const auto at = std::chrono::system_clock::time_point(std::chrono::seconds(1767323045));
    const char *database = R"({"hostname":"mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com","port":5432,)"
                           R"("username":"db_user","region":"eu-west-1"})";
    const stskit::token password = stskit::get_token(key, "rds", database, at);
    expect(password.view().size() == 342 && password.expiration() == at + std::chrono::minutes(15), "a known token");
    expect(password.json().find(R"("purpose":"rds")") != std::string_view::npos && !password.user(), "its JSON");
    const auto owner = stskit::client::with_credentials(key, config);
    const stskit::token_source clusters = owner.tokens("eks", R"({"cluster":"c"})");
    expect(clusters.get().view().substr(0, 11) == "k8s-aws-v1.", "a token of a source");
    expect(owner.get_token("ses-smtp").user() == "AKIDEXAMPLE", "the user that goes with a token");
    clusters.invalidate();
    try {
        owner.get_token("rds", R"({"hostname":"mydb.abc.us-east-1.rds.amazonaws.com","port":1,"username":"u"})");
        expect(false, "a host in another region than the client");
    } catch (const stskit::error &e) {
        expect(e.detail() == STSKIT_DETAIL_TOKEN_REGION, "its detail");
    }
    stskit::request once("GET", "https://bucket.s3.eu-west-1.amazonaws.com/a%20b");
    once.options(R"({"path_encoding":"single","path_normalization":"as_given","content_sha256":"header"})");
    stskit::sign(once, key, "s3", "eu-west-1", at);
    expect(once.headers().size() == 3, "the hash of the body among the headers");
    std::cout << wrong << " wrong\n";
    return wrong != 0;
}
