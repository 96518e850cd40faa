use renzheng_types::verification::{AttemptReason, Method};

/// Real-name verification.
pub struct Verification {
    pub title: &'static str,
    pub lead: &'static str,
    pub current: &'static str,
    pub levels_group: fn(&str) -> String,
    pub level_unlocks: [&'static str; 3],
    pub verified: &'static str,
    pub verified_on: fn(&str) -> String,
    pub pending: &'static str,
    pub start: &'static str,
    pub needs: fn(&str) -> String,
    pub empty: &'static str,
    /// Name and what it takes.
    pub method: fn(Method) -> (&'static str, &'static str),

    pub id_card_title: &'static str,
    pub id_card_lead: &'static str,
    pub name: &'static str,
    pub name_hint: &'static str,
    pub id_number: &'static str,
    pub id_number_hint: &'static str,
    pub submit: &'static str,
    pub submitting: &'static str,
    pub tips_title: &'static str,
    pub tips: [&'static str; 3],
    pub why_title: &'static str,
    pub why: &'static str,
    pub back: &'static str,

    pub result_title: &'static str,
    pub passed: &'static str,
    pub passed_text: fn(&str) -> String,
    pub failed: &'static str,
    pub reason: fn(AttemptReason) -> &'static str,
    pub unknown_reason: &'static str,
    pub tries_left: fn(u32) -> String,
    pub waiting: &'static str,
    pub waiting_text: &'static str,
    pub waiting_register: &'static str,
    pub again: &'static str,
    pub to_list: &'static str,
    pub next_failed: &'static str,
    pub already: &'static str,
    pub finish: &'static str,
    pub finish_later: &'static str,
    pub steps: [&'static str; 3],
    pub proof_lapsed: &'static str,
    pub not_offered: &'static str,
}

pub const ZH: Verification = Verification {
    title: "我要升级",
    lead: "任选一种方式提升实名等级，通过后立即生效。",
    current: "当前实名等级",
    levels_group: |level| format!("升到{level}"),
    level_unlocks: [
        "查询和一般事项",
        "社保、公积金、纳税等事项",
        "涉及财产和重大权益的事项",
    ],
    verified: "已认证",
    verified_on: |date| format!("{date}通过"),
    pending: "核验中",
    start: "去认证",
    needs: |level| format!("需先达到{level}"),
    empty: "目前没有可用的认证方式，请稍后再来。",
    method: |method| match method {
        Method::IdCard => ("身份证", "填写姓名和身份证号，与公安机关的登记信息核对。"),
        Method::BankCard => ("银行卡", "核对银行卡号和在银行预留的手机号码。"),
        Method::SocialSecurity => ("社保卡", "核对社会保障卡号。"),
        Method::ProvidentFund => ("公积金", "核对公积金账号或联名卡号。"),
        Method::Telecom => ("电信运营商", "核对以您本人身份证办理的手机号码。"),
        Method::DrivingLicence => ("驾驶证", "核对驾驶证档案编号。"),
        Method::Alipay => ("支付宝", "登录支付宝并授权核验。"),
        Method::Face => ("人脸识别", "用摄像头核对本人。"),
        Method::Hall => ("办事大厅现场", "带身份证到办事大厅，由工作人员核对。"),
    },

    id_card_title: "身份证认证",
    id_card_lead: "填写的内容须与您的居民身份证完全一致。",
    name: "姓名",
    name_hint: "与身份证上的姓名一致。姓名中的间隔号“·”请保留。",
    id_number: "身份证号",
    id_number_hint: "18 位，末位可能是字母 X。",
    submit: "认证",
    submitting: "正在核验…",
    tips_title: "温馨提示",
    tips: [
        "请填写与身份证一致的信息，填错会占用当天的次数。",
        "每人只能为自己认证，一个身份证号只能用于一个账户。",
        "遇到问题，请拨打服务热线 ",
    ],
    why_title: "为什么需要身份证号？",
    why: "用来向公安机关的登记信息核对您是谁。号码加密保存，页面上只显示一部分；没有您的同意，不会交给任何网站。",
    back: "返回",

    result_title: "认证结果",
    passed: "认证通过",
    passed_text: |level| format!("您的实名等级现在是{level}。"),
    failed: "认证未通过",
    reason: |reason| match reason {
        AttemptReason::Mismatch => "姓名和身份证号与登记信息不一致。请对照身份证检查是否有错字。",
        AttemptReason::NoRecord => {
            "没有查到这个身份证号的登记信息。请检查号码；刚办理户籍变更的，请过几天再试。"
        }
        AttemptReason::Outage => "核验系统暂时连接不上，我们会自动重试，不占用您的次数。",
        AttemptReason::IdNumberTaken => {
            "这个身份证号已经在另一个账户认证过。如果不是您本人操作，请拨打服务热线。"
        }
    },
    unknown_reason: "核验没有通过，原因未说明。",
    tries_left: |tries| match tries {
        0 => "今天的次数已用完，请明天再试。".into(),
        _ => format!("今天还可以再试 {tries} 次。"),
    },
    waiting: "正在核验",
    waiting_text: "核验系统暂时没有应答，我们会自动重试。本页会自己更新，您也可以先离开，稍后在“实名认证”里查看结果。",
    waiting_register: "注册已经成功，不受核验影响。您可以先完成注册，稍后在个人中心查看核验结果。",
    again: "重新填写",
    to_list: "查看实名等级",
    next_failed: "也可以带身份证到就近的办事大厅咨询，或拨打服务热线 ",
    already: "您已通过身份证认证，无需再次办理。",
    finish: "继续",
    finish_later: "先完成注册",
    steps: ["验证手机", "填写信息", "完成"],
    proof_lapsed: "手机验证已过期，请重新验证。您填写的内容都还在。",
    not_offered: "本站暂未开通这种方式，请选择其他方式。",
};

pub const EN: Verification = Verification {
    title: "Raise my level",
    lead: "Choose any way to raise your identity level. It takes effect at once.",
    current: "Your identity level",
    levels_group: |level| format!("{level} level"),
    level_unlocks: [
        "Enquiries and simple services",
        "Social insurance, housing fund, tax",
        "Property and other weighty matters",
    ],
    verified: "Verified",
    verified_on: |date| format!("on {date}"),
    pending: "Being checked",
    start: "Verify",
    needs: |level| format!("Needs the {level} level first"),
    empty: "There is no way to verify just now. Please come back later.",
    method: |method| match method {
        Method::IdCard => (
            "ID card",
            "Give your name and ID number; they are checked against the public security register.",
        ),
        Method::BankCard => (
            "Bank card",
            "Checks your card number and the phone your bank knows.",
        ),
        Method::SocialSecurity => (
            "Social security card",
            "Checks your social security number.",
        ),
        Method::ProvidentFund => (
            "Provident fund",
            "Checks your provident fund account or joint card.",
        ),
        Method::Telecom => (
            "Telecom operator",
            "Checks a phone registered under your own name.",
        ),
        Method::DrivingLicence => ("Driving licence", "Checks the file number of your licence."),
        Method::Alipay => (
            "Alipay",
            "Sign in at Alipay and let it confirm who you are.",
        ),
        Method::Face => ("Face", "Checks with the camera that it is you."),
        Method::Hall => ("Service hall", "Bring your ID card to a service hall."),
    },

    id_card_title: "Verify by ID card",
    id_card_lead: "What you enter must be exactly as on your resident ID card.",
    name: "Name",
    name_hint: "As on your ID card. Keep the dot “·” if your name has one.",
    id_number: "ID number",
    id_number_hint: "18 characters; the last may be the letter X.",
    submit: "Verify",
    submitting: "Checking…",
    tips_title: "Good to know",
    tips: [
        "Enter exactly what the card says; a mistake uses up one of today’s tries.",
        "You can verify only yourself, and an ID number only for one account.",
        "If something does not work, call the help line ",
    ],
    why_title: "Why do we ask for your ID number?",
    why: "To check who you are against the public security register. It is stored encrypted, shown only in part, and given to no website unless you agree.",
    back: "Back",

    result_title: "Result",
    passed: "You are verified",
    passed_text: |level| format!("Your identity level is now: {level}."),
    failed: "Not verified",
    reason: |reason| match reason {
        AttemptReason::Mismatch => {
            "The name and ID number do not match the register. Compare them with your card."
        }
        AttemptReason::NoRecord => {
            "The register has no such ID number. Check it; after a recent change of registration try again in a few days."
        }
        AttemptReason::Outage => {
            "The register cannot be reached just now. We try again by ourselves; it does not count as a try."
        }
        AttemptReason::IdNumberTaken => {
            "This ID number is already verified for another account. If that was not you, call the help line."
        }
    },
    unknown_reason: "The check did not pass; no reason was given.",
    tries_left: |tries| match tries {
        0 => "You have no tries left today. Try again tomorrow.".into(),
        1 => "You have 1 more try today.".into(),
        _ => format!("You have {tries} more tries today."),
    },
    waiting: "Being checked",
    waiting_text: "The register has not answered yet; we try again by ourselves. This page updates itself. You can also leave and see the result later under “Identity”.",
    waiting_register: "You are registered whatever comes of this check. You can finish now and see the result later in My account.",
    again: "Enter it again",
    to_list: "See my level",
    next_failed: "You can also ask at a service hall with your ID card, or call the help line ",
    already: "You are already verified by ID card. Nothing more to do.",
    finish: "Continue",
    finish_later: "Finish registration",
    steps: ["Your phone", "Your details", "Done"],
    proof_lapsed: "Your confirmation has lapsed; please confirm once more. Everything you typed is still here.",
    not_offered: "This way is not offered here. Please choose another.",
};
