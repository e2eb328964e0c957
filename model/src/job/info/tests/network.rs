//! What a built network request contains.

use super::*;

fn numbers(request: &NetworkRequest) -> (Vec<u8>, Vec<u8>) {
    (request.capabilities.into(), request.transports.into())
}

fn built(calls: impl FnOnce(NetworkRequestBuilder) -> NetworkRequestBuilder) -> (Vec<u8>, Vec<u8>) {
    numbers(&calls(NetworkRequestBuilder::new(None)).build())
}

#[test]
fn job_val_019_a_network_type_stands_for_these_capabilities() {
    let table: [(i32, &[u8], &[u8]); 6] = [
        (1, &[12, 14, 16, 28], &[]),
        (2, &[11, 12, 14, 16, 28], &[]),
        (3, &[12, 14, 16, 18, 28], &[]),
        (4, &[12, 14, 16, 28], &[0]),
        (-1, &[12, 14, 16, 28], &[]),
        (5, &[12, 14, 16, 28], &[]),
    ];
    for (network_type, capabilities, transports) in table {
        let job = super::built(|b| b.set_required_network_type(network_type)).unwrap();
        let request = job.required_network.unwrap();
        let expected = (capabilities.to_vec(), transports.to_vec());
        assert_eq!(numbers(&request), expected, "type {network_type}");
    }
    let none = super::built(|b| b.set_required_network_type(2).set_required_network_type(0));
    assert_eq!(none.unwrap().required_network, None);
    let last = super::built(|b| {
        let request = b.network_request().add_transports(Transports::WIFI).build();
        b.set_required_network_type(4).set_required_network(Some(request))
    });
    assert_eq!(last.unwrap().required_network.unwrap().transports, Transports::WIFI);
}

#[test]
fn job_val_027_a_plain_request_is_unrestricted_trusted_and_no_vpn() {
    assert_eq!(built(|b| b), (vec![13, 14, 15, 28], vec![]));
    let own = NetworkRequestBuilder::new(Some(crate::Uid(10_123))).build();
    assert_eq!(own.uid, Some(crate::Uid(10_123)));
}

#[test]
fn job_val_027_a_specifier_keeps_managed_networks_in() {
    let ethernet = |b: NetworkRequestBuilder| {
        b.add_transports(Transports::ETHERNET).add_capabilities(NetCapabilities::INTERNET)
    };
    assert_eq!(built(ethernet), (vec![12, 13, 14, 15, 28], vec![3]));
    for specifier in [Some("eth0".to_owned()), None] {
        let (capabilities, _) = built(|b| ethernet(b).set_network_specifier(specifier));
        assert_eq!(capabilities, [12, 13, 14, 15]);
    }
}

#[test]
fn job_val_027_managed_networks_are_left_out_only_of_ordinary_requests() {
    let managed = NetCapabilities::NOT_VCN_MANAGED;
    let has = |calls: fn(NetworkRequestBuilder) -> NetworkRequestBuilder| {
        calls(NetworkRequestBuilder::new(None)).build().capabilities.contains(managed)
    };
    assert!(!has(|b| b.add_capabilities(NetCapabilities::MMS)), "not on the list");
    assert!(!has(|b| b.remove_capabilities(NetCapabilities::NOT_VCN_MANAGED)));
    assert!(!has(|b| b
        .add_capabilities(NetCapabilities::NOT_VCN_MANAGED)
        .remove_capabilities(NetCapabilities::NOT_VCN_MANAGED)));
    assert!(!has(|b| b.clear_capabilities().add_capabilities(NetCapabilities::INTERNET)));
    assert!(has(|b| b.add_capabilities(NetCapabilities::DUN.with(NetCapabilities::INTERNET))));
}

#[test]
fn job_val_027_special_networks_are_restricted() {
    let restricted = |added: &[NetCapabilities]| {
        let builder =
            added.iter().fold(NetworkRequestBuilder::new(None), |b, one| b.add_capabilities(*one));
        !builder.build().capabilities.contains(NetCapabilities::NOT_RESTRICTED)
    };
    for number in [22, 26, 29] {
        let one = NetCapabilities::of(number);
        assert!(restricted(&[one]), "{number}");
        assert!(restricted(&[one, NetCapabilities::INTERNET]), "{number} whatever else");
    }
    for number in [2, 3, 4, 5, 7, 8, 9, 10, 23, 27, 30, 31, 33] {
        let one = NetCapabilities::of(number);
        assert!(restricted(&[one]), "{number}");
        for open in [0, 1, 6, 12] {
            assert!(!restricted(&[one, NetCapabilities::of(open)]), "{number} with {open}");
        }
    }
    assert!(!restricted(&[]));
    assert!(!restricted(&[NetCapabilities::NOT_METERED]));
}

#[test]
fn numbers_out_of_range_are_in_no_set() {
    assert_eq!(NetCapabilities::of(64), NetCapabilities::NONE);
    assert_eq!(NetCapabilities::from(vec![12, 200]), NetCapabilities::INTERNET);
    assert_eq!(NetCapabilities::of(63).numbers().collect::<Vec<_>>(), [63]);
}
