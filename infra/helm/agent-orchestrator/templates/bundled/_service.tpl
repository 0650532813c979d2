{{/* The Service of a bundled store, and who may reach it: dict root, component, ports, from (components). The first port is theirs. */}}
{{- define "orchestrator.bundledService" -}}
{{- $name := printf "%s-%s" (include "orchestrator.fullname" .root) .component -}}
{{- $root := .root -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels: {{- include "orchestrator.labels" . | nindent 4 }}
spec:
  selector: {{- include "orchestrator.selector" . | nindent 4 }}
  ports:
    {{- range .ports }}
    - { name: {{ .name }}, port: {{ .port }}, targetPort: {{ .name }} }
    {{- end }}
{{- if .root.Values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $name }}
  labels: {{- include "orchestrator.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "orchestrator.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        {{- range .from }}
        - podSelector:
            matchLabels: {{- include "orchestrator.selector" (dict "root" $root "component" .) | nindent 14 }}
        {{- end }}
      ports: [{ port: {{ (first .ports).port }} }]
  egress: []
{{- end }}
{{- end -}}
