//! `/me/verifications/{method}`: the five methods that stand on an ID card, each with the same questions.

mod adapters;
mod providers;
mod results;

use serde_json::{Value, json};

/// What is particular to a method, seen from outside.
struct Form {
    method: &'static str,
    /// What a citizen gives.
    right: fn(&Value) -> Value,
    /// The field that is put out of order, and the magic values for mismatch, no record and fault.
    field: &'static str,
    magic: [&'static str; 3],
    /// Values that are refused, with the codes.
    invalid: &'static [(&'static str, &'static str)],
    /// The sandbox's name for who is asked, and for who is asked next.
    upstreams: [&'static str; 2],
}

const FORMS: [Form; 5] = [
    Form {
        method: "bank-card",
        right: |citizen| json!({"card_number": citizen["bank_card"]["number"], "phone": citizen["bank_card"]["phone"]}),
        field: "card_number",
        magic: [
            "6228480999990000013",
            "6228480999990000021",
            "6228480999990000047",
        ],
        invalid: &[
            ("", "required"),
            ("622848040256", "bank-card-length"),
            ("6228480402564890019", "bank-card-checksum"),
        ],
        upstreams: ["aliyun-bankmeta", "tencent"],
    },
    Form {
        method: "social-security",
        right: |citizen| json!({"number": citizen["social_security"]}),
        field: "number",
        magic: ["MISMATCH", "NORECORD", "OUTAGE00"],
        invalid: &[
            ("", "required"),
            ("1234567", "social-security-invalid"),
            ("110105194912310021", "id-number-checksum"),
        ],
        upstreams: ["authority", "second"],
    },
    Form {
        method: "provident-fund",
        right: |citizen| json!({"account": citizen["provident_fund"]}),
        field: "account",
        magic: ["MISMATCH", "NORECORD", "OUTAGE00"],
        invalid: &[("", "required"), ("12345", "provident-fund-invalid")],
        upstreams: ["authority", "second"],
    },
    Form {
        method: "telecom",
        right: |citizen| json!({"phone": citizen["phone"]}),
        field: "phone",
        magic: ["19900000001", "19900000002", "19900000004"],
        invalid: &[("", "required"), ("12000000000", "phone-invalid")],
        upstreams: ["aliyun-mobile3meta", "tencent"],
    },
    Form {
        method: "driving-licence",
        right: |citizen| json!({"file_number": citizen["driving_licence_file"]}),
        field: "file_number",
        magic: ["000000000001", "000000000002", "000000000004"],
        invalid: &[("", "required"), ("11010500000", "driving-licence-invalid")],
        upstreams: ["authority", "second"],
    },
];

impl Form {
    fn path(&self) -> String {
        format!("/me/verifications/{}", self.method)
    }

    /// What `citizen` gives, but for one field.
    fn with(&self, citizen: &Value, value: &str) -> Value {
        let mut body = (self.right)(citizen);
        body[self.field] = value.into();
        body
    }
}
