package io.agentorchestrator.agents.source.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestReaderTest {
    @TempDir
    private Path directory;

    @Test
    void readsPoms() throws IOException {
        Manifest pom = read("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <parent><groupId>org.example</groupId><version>1.2</version></parent>
                  <artifactId>shop</artifactId>
                  <properties><guava.version>33.0</guava.version></properties>
                  <dependencies>
                    <dependency>
                      <groupId>com.google.guava</groupId><artifactId>guava</artifactId>
                      <version>${guava.version}</version>
                    </dependency>
                    <dependency>
                      <groupId>${project.groupId}</groupId><artifactId>core</artifactId>
                      <version>${project.version}</version>
                    </dependency>
                    <dependency>
                      <groupId>org.junit</groupId><artifactId>junit</artifactId><scope>test</scope>
                    </dependency>
                  </dependencies>
                  <dependencyManagement><dependencies>
                    <dependency><groupId>a</groupId><artifactId>b</artifactId><version>${c}</version></dependency>
                  </dependencies></dependencyManagement>
                  <build><plugins><plugin><dependencies><dependency>
                    <groupId>no</groupId><artifactId>plugin</artifactId>
                  </dependency></dependencies></plugin></plugins></build>
                </project>
                """);

        assertThat(pom.name()).isEqualTo("org.example:shop");
        assertThat(pom.dependencies())
                .containsExactly(
                        new Dependency("com.google.guava:guava", "33.0", "compile"),
                        new Dependency("org.example:core", "1.2", "compile"),
                        new Dependency("org.junit:junit", "", "test"),
                        new Dependency("a:b", "${c}", "managed"));
    }

    @Test
    void doesNotFollowEntitiesOfAPom() throws IOException {
        Manifest pom = read(
                "pom.xml", "<!DOCTYPE project [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><project>&x;</project>");

        assertThat(pom.problem()).contains("DOCTYPE");
        assertThat(pom.dependencies()).isEmpty();
    }

    @Test
    void readsPackageJson() throws IOException {
        Manifest manifest = read("package.json", """
                {"name": "@acme/web", "dependencies": {"react": "^19.0.0", "lodash": "*"},
                 "devDependencies": {"vite": "6.0.0"}, "scripts": {"build": "x"}}
                """);

        assertThat(manifest.name()).isEqualTo("@acme/web");
        assertThat(manifest.dependencies())
                .containsExactly(
                        new Dependency("react", "^19.0.0", "runtime"),
                        new Dependency("lodash", "", "runtime"),
                        new Dependency("vite", "6.0.0", "dev"));
    }

    @Test
    void readsRequirements() throws IOException {
        assertThat(read("requirements-dev.txt", """
                                # tools
                                -r requirements.txt
                                requests[socks]>=2.8,<3 ; python_version > "3"
                                flask
                                git+https://example.org/x.git#egg=x
                                numpy==2.1  # pinned
                                """).dependencies())
                .containsExactly(
                        new Dependency("requests", ">=2.8,<3", "runtime"),
                        new Dependency("flask", "", "runtime"),
                        new Dependency("numpy", "==2.1", "runtime"));
    }

    @Test
    void readsPyproject() throws IOException {
        Manifest manifest = read("pyproject.toml", """
                [project]
                name = "tool"
                dependencies = ["click>=8", "rich"]
                [project.optional-dependencies]
                docs = ["mkdocs==1.6"]
                [tool.poetry.dependencies]
                python = "^3.12"
                httpx = {version = "0.27", extras = ["http2"]}
                """);

        assertThat(manifest.name()).isEqualTo("tool");
        assertThat(manifest.dependencies())
                .containsExactly(
                        new Dependency("click", ">=8", "runtime"),
                        new Dependency("rich", "", "runtime"),
                        new Dependency("mkdocs", "==1.6", "docs"),
                        new Dependency("httpx", "0.27", "runtime"));
    }

    @Test
    void readsGoMod() throws IOException {
        Manifest manifest = read("go.mod", """
                module example.org/app

                go 1.23

                require golang.org/x/net v0.30.0
                require (
                	github.com/a/b v1.2.3
                	github.com/c/d v0.1.0 // indirect
                )
                replace x => y v1.0.0
                """);

        assertThat(manifest.name()).isEqualTo("example.org/app");
        assertThat(manifest.dependencies())
                .containsExactly(
                        new Dependency("golang.org/x/net", "v0.30.0", "direct"),
                        new Dependency("github.com/a/b", "v1.2.3", "direct"),
                        new Dependency("github.com/c/d", "v0.1.0", "indirect"));
    }

    @Test
    void readsCargo() throws IOException {
        assertThat(read("Cargo.toml", """
                                [package]
                                name = "bin"
                                [dependencies]
                                serde = { version = "1.0", features = ["derive"] }
                                local = { path = "../local" }
                                python = "0.1"
                                [dev-dependencies]
                                rand = "0.9"
                                """).dependencies())
                .containsExactly(
                        new Dependency("serde", "1.0", "normal"),
                        new Dependency("local", "", "normal"),
                        new Dependency("python", "0.1", "normal"),
                        new Dependency("rand", "0.9", "dev"));
    }

    @Test
    void readsWhatIsLiteralInGradle() throws IOException {
        assertThat(read("build.gradle.kts", """
                                dependencies {
                                    implementation("com.squareup:okio:3.9.0")
                                    testImplementation 'org.junit:junit'
                                    api(libs.guava)
                                }
                                """).dependencies())
                .containsExactly(
                        new Dependency("com.squareup:okio", "3.9.0", "implementation"),
                        new Dependency("org.junit:junit", "", "testImplementation"));
    }

    @Test
    void saysWhatIsWrongWithAManifest() throws IOException {
        assertThat(read("package.json", "{\"name\": ").problem()).isNotEmpty();
        assertThat(read("Cargo.toml", "[[[").problem()).isNotEmpty();
        assertThat(read("pom.xml", "<project>").problem()).contains("ends too early");
        assertThat(read("pom.xml", "<project>\n<a></b></project>").problem()).contains("line 2");
        assertThat(ManifestReader.read(directory, "missing/go.mod").problem()).contains("no regular file");
    }

    private Manifest read(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
        return ManifestReader.read(directory, name);
    }
}
