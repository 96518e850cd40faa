use super::*;
use crate::provider::{AliyunSettings, AuthoritySettings, TencentSettings};

#[test]
fn the_default_is_a_valid_demo() {
    Config::default().validate().expect("valid");
}

// D18
#[test]
fn production_refuses_what_only_a_demo_may() {
    let config = Config {
        profile: Profile::Production,
        ..Config::default()
    };
    let message = config.validate().expect_err("no https").to_string();
    assert!(message.contains("public_url"), "{message}");
    let config = Config {
        limits: LimitProfile::Relaxed,
        ..config
    };
    let message = config.validate().expect_err("relaxed").to_string();
    assert!(message.contains("limits"), "{message}");
}

#[test]
fn production_asks_only_those_that_are_configured() {
    let mut config = Config {
        profile: Profile::Production,
        public_url: Some("https://id.example".into()),
        ..Config::default()
    };
    let refused = |config: &Config| config.validate().expect_err("refused").to_string();
    assert!(refused(&config).contains("[aliyun]"));
    config.aliyun = Some(AliyunSettings::at("https://a/", "id".into(), "s".into()));
    assert!(refused(&config).contains("verification.routes.social-security"));
    let authority = AuthoritySettings::shared("http://b/".into(), "id".into(), "s".into());
    config.authorities.insert("authority".into(), authority);
    assert!(refused(&config).contains("authorities.*.url"));
    config.authorities.clear();
    config.verification.disabled = vec![
        Method::SocialSecurity,
        Method::ProvidentFund,
        Method::DrivingLicence,
        Method::Face,
    ];
    assert!(refused(&config).contains("set [alipay]"));
    config.alipay = Some(AlipaySettings::sandbox("https://c/"));
    assert!(refused(&config).contains("the sandbox's keys"));
    config.alipay = None;
    config.verification.disabled.push(Method::Alipay);
    assert!(refused(&config).contains("[smtp]"));
    config.sms.gateway = SmsGateway::Webhook;
    assert!(refused(&config).contains("[sms_webhook]"));
}

#[test]
fn a_cloud_is_told_the_codes_of_all_texts() {
    let mut config = Config::default();
    config.check_texts().expect_err("no codes");
    let codes = |prefix: &'static str| {
        template_keys().map(move |key| (key.clone(), format!("{prefix}{key}")))
    };
    let templates = &mut config.sms.templates;
    templates.insert(SmsGateway::Aliyun, codes("SMS_").collect());
    config.check_texts().expect("all are there");
    config.sms.fail_over = vec![SmsGateway::Tencent, SmsGateway::Webhook];
    let refused = |config: &Config| config.check_texts().expect_err("refused").to_string();
    assert!(refused(&config).contains("sms.templates.tencent"));
    let templates = &mut config.sms.templates;
    templates.insert(SmsGateway::Tencent, codes("11").collect());
    assert!(refused(&config).contains("sms_sdk_app_id"));
    config.tencent = Some(TencentSettings::at("https://t/", "id".into(), "s".into()));
    assert!(refused(&config).contains("sms_sdk_app_id"));
    let tencent = config.tencent.as_mut().expect("set");
    tencent.sms_sdk_app_id = "1400006666".into();
    config.check_texts().expect("all are there");
    let aliyun = config.sms.templates.get_mut(&SmsGateway::Aliyun);
    aliyun
        .expect("set")
        .insert("reset-code.en".into(), String::new());
    assert!(refused(&config).contains("reset-code.en"));
}

#[test]
fn a_mistyped_template_is_refused() {
    let mut config = Config::default();
    let codes = [("login-cod.zh-CN".to_string(), "SMS_1".to_string())];
    let templates = &mut config.sms.templates;
    templates.insert(SmsGateway::Aliyun, codes.into());
    let refused = config.validate().expect_err("refused").to_string();
    assert!(refused.contains("login-cod.zh-CN"), "{refused}");
}

#[test]
fn a_cloud_looks_at_faces_only_under_its_number() {
    let mut config = Config::default();
    let names = vec!["aliyun".to_string()];
    config.verification.routes.insert(Method::Face, names);
    config.validate().expect("the sandbox's");
    let settings = AliyunSettings::at("https://a/", "id".into(), "s".into());
    config.aliyun = Some(settings);
    let message = config.validate().expect_err("no scene").to_string();
    assert!(message.contains("aliyun.face_scene_id"), "{message}");
    if let Some(aliyun) = &mut config.aliyun {
        aliyun.face_scene_id = Some("1000".into());
    }
    config.validate().expect("a scene");
}

#[test]
fn a_replica_is_one_of_postgresql() {
    let mut config = Config {
        database_replica_url: Some("postgres://replica/renzheng".into()),
        ..Config::default()
    };
    let refused = |config: &Config| config.validate().expect_err("refused").to_string();
    assert!(refused(&config).contains("database_replica_url"));
    config.database_url = Some("postgres://primary/renzheng".into());
    config.validate().expect("both");
    config.database_replica_lag_seconds = 0;
    assert!(refused(&config).contains("database_replica_lag_seconds"));
}

// A30
#[test]
fn staff_sessions_only_get_shorter() {
    let mut config = Config::default();
    config.staff.idle_minutes = 16;
    let message = config.validate().expect_err("too long").to_string();
    assert!(message.contains("staff.idle_minutes"), "{message}");
    config.staff.idle_minutes = 5;
    config.validate().expect("shorter");
    config.hall.portraits = Some("nobody".into());
    assert!(config.validate().is_err());
}

// A9
#[test]
fn weak_hashing_is_refused() {
    let mut config = Config::default();
    config.password.memory_kib = 64;
    assert!(config.validate().is_err());
}
