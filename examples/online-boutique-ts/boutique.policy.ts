/** Who may call whom in the boutique: the policies of ../online-boutique, with one sentence per call. */
import { allow, anywhere, policy, tcp, udp } from "polc";
import { boutique, services, system } from "./cluster.js";

export default policy("boutique", {
  isolate: services,
  logged: true,
  rules: [
    allow(anywhere).to(boutique.frontend).on(tcp(8080)),

    allow(boutique.frontend).to(boutique.productcatalogservice).on(tcp(3550)),
    allow(boutique.frontend).to(boutique.currencyservice).on(tcp(7000)),
    allow(boutique.frontend).to(boutique.cartservice).on(tcp(7070)),
    allow(boutique.frontend).to(boutique.recommendationservice).on(tcp(8080)),
    allow(boutique.frontend).to(boutique.shippingservice).on(tcp(50051)),
    allow(boutique.frontend).to(boutique.checkoutservice).on(tcp(5050)),
    allow(boutique.frontend).to(boutique.adservice).on(tcp(9555)),

    allow(boutique.checkoutservice).to(boutique.productcatalogservice).on(tcp(3550)),
    allow(boutique.checkoutservice).to(boutique.shippingservice).on(tcp(50051)),
    allow(boutique.checkoutservice).to(boutique.paymentservice).on(tcp(50051)),
    allow(boutique.checkoutservice).to(boutique.emailservice).on(tcp(8080)),
    allow(boutique.checkoutservice).to(boutique.currencyservice).on(tcp(7000)),
    allow(boutique.checkoutservice).to(boutique.cartservice).on(tcp(7070)),

    allow(boutique.recommendationservice).to(boutique.productcatalogservice).on(tcp(3550)),
    allow(boutique.cartservice).to(boutique["redis-cart"]).on(tcp(6379)),

    allow(services).to(system.dns).on(udp(53), tcp(53)),
  ],
});
