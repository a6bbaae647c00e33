// Signs a request of any service and sends it with libcurl: here GetCallerIdentity of STS.
#include <iostream>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "stskit.hpp"

static std::size_t append(char *data, std::size_t size, std::size_t count, void *out) {
    static_cast<std::string *>(out)->append(data, size * count);
    return size * count;
}

int main() {
    try {
        const stskit::client client;
        const std::string url = std::string(client.endpoint(STSKIT_SERVICE_STS).view()) + "/";
        const std::string body = "Action=GetCallerIdentity&Version=2011-06-15";
        const std::string type = "application/x-www-form-urlencoded";
        stskit::request request("POST", url);
        request.header("content-type", type).body(body);
        client.sign(request, "sts");

        curl_slist *lines = curl_slist_append(nullptr, ("content-type: " + type).c_str());
        for (const auto &[name, value] : request.headers()) {
            lines = curl_slist_append(lines, (std::string(name) + ": " + std::string(value)).c_str());
        }
        const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(lines, curl_slist_free_all);
        const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
        std::string answer;
        curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 30L);
        curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
        curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
        const CURLcode sent = curl_easy_perform(curl.get());
        if (sent != CURLE_OK) {
            std::cerr << "curl: " << curl_easy_strerror(sent) << '\n';
            return 1;
        }
        long status = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
        std::cout << answer << '\n';
        return status == 200 ? 0 : 1;
    } catch (const stskit::error &e) {
        std::cerr << "stskit: " << e.what() << '\n';
        return 1;
    }
}
