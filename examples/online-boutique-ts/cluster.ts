/** Names for the pods of the boutique and of the cluster's DNS. */
import { cluster } from "polc";

export const { boutique, "kube-system": system } = cluster({
  boutique: {
    frontend: { app: "frontend" },
    cartservice: { app: "cartservice" },
    productcatalogservice: { app: "productcatalogservice" },
    currencyservice: { app: "currencyservice" },
    paymentservice: { app: "paymentservice" },
    shippingservice: { app: "shippingservice" },
    emailservice: { app: "emailservice" },
    checkoutservice: { app: "checkoutservice" },
    recommendationservice: { app: "recommendationservice" },
    adservice: { app: "adservice" },
    "redis-cart": { app: "redis-cart" },
    loadgenerator: { app: "loadgenerator" },
  },
  "kube-system": { dns: { "k8s-app": "kube-dns" } },
});

export const services = [
  boutique.frontend,
  boutique.cartservice,
  boutique.productcatalogservice,
  boutique.currencyservice,
  boutique.paymentservice,
  boutique.shippingservice,
  boutique.emailservice,
  boutique.checkoutservice,
  boutique.recommendationservice,
  boutique.adservice,
  boutique["redis-cart"],
];
