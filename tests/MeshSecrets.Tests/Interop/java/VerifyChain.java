import java.io.FileInputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** Verifies a chain with the platform's PKIX validator: root, intermediate and leaf (PEM files). */
public final class VerifyChain {
    public static void main(String[] paths) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate[] certificates = new X509Certificate[3];
        for (int i = 0; i < 3; i++) {
            try (FileInputStream file = new FileInputStream(paths[i])) {
                certificates[i] = (X509Certificate) factory.generateCertificate(file);
            }
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificates[0], null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(List.of(certificates[2], certificates[1])), parameters);
        System.out.println("valid: " + certificates[2].getSubjectAlternativeNames());
    }
}
