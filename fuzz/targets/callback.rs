//! Answers of authorities and of Alipay, with their signatures: believed as they were signed, or not at all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renzheng::provider::fuzzing;

fuzz_target!(|input: (&[u8], &str)| {
    let (body, signature) = input;
    fuzzing::answer_of_authority(body, signature);
    fuzzing::answer_of_alipay(body);
});
