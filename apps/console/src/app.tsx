import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useCallback, useMemo, useState } from "react";
import { I18nProvider } from "react-aria-components";
import { Router, useLocation } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { Frame } from "./frame/frame.tsx";
import { NoticesProvider } from "./frame/notices.tsx";
import { PageBoundary } from "./frame/page.tsx";
import { pageAt } from "./frame/pages.tsx";
import { ProofProvider } from "./frame/proof.tsx";
import { keepChoice, type Language, speak, type Spoken } from "./texts/language.ts";
import type { Part } from "./texts/parts.ts";
import { SpokenContext } from "./texts/use-text.ts";
import { useAccountEvents } from "./use-account-events.ts";
import { UploadsProvider } from "./uploads/uploads-provider.tsx";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The library underneath has already retried what can be retried.
      retry: false,
      staleTime: 5000,
    },
  },
});

export function App({ first }: { first: Spoken<Part> }) {
  const [spoken, setSpoken] = useState(first);
  const choose = useCallback((language: Language) => {
    keepChoice(language);
    void speak(language).then(setSpoken);
  }, []);
  const speaking = useMemo(() => ({ ...spoken, choose }), [spoken, choose]);
  return (
    <SpokenContext value={speaking}>
      <I18nProvider locale={spoken.language === "fr" ? "fr-FR" : "en-GB"}>
        {/* Replaces everything when something outside a page fails: React would leave nothing. */}
        <PageBoundary>
          <QueryClientProvider client={queries}>
            <Router hook={useHashLocation}>
              <NoticesProvider>
                <ProofProvider>
                  <UploadsProvider>
                    <Frame>
                      <CurrentPage />
                    </Frame>
                  </UploadsProvider>
                </ProofProvider>
              </NoticesProvider>
            </Router>
          </QueryClientProvider>
        </PageBoundary>
      </I18nProvider>
    </SpokenContext>
  );
}

function CurrentPage() {
  const [route] = useLocation();
  useAccountEvents();
  const current = pageAt(route);
  if (current === undefined) return null;
  return (
    <PageBoundary key={current.path}>
      <Suspense>
        <current.Page />
      </Suspense>
    </PageBoundary>
  );
}
