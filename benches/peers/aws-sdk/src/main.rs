//! A cold start with the SDK: keys of the environment to the answer of AssumeRole.

mod client;

fn main() {
    let key_id = client::runtime().block_on(async {
        let call = client::client().await.assume_role().role_session_name("bench");
        let answer = call.role_arn("arn:aws:iam::123456789012:role/bench").send().await.expect("an answer");
        answer.credentials.expect("credentials").access_key_id
    });
    println!("{key_id}");
}
