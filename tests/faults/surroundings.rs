//! What stands around the network: names, certificates, proxies, portals.
